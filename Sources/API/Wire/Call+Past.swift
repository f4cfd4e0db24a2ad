// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Routing

extension Call {
    /// The instant that is asked for, now if none is; refuses one that has not come yet.
    func past(_ asOf: Instant?) throws -> Instant {
        guard let asOf else { return instant }
        guard asOf <= instant else {
            var problem = Problem(ServiceError.futureAsOf(now: instant))
            problem.place = .query
            throw problem
        }
        return asOf
    }
}
