// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import Routing

extension ProblemKind {
    static let futureAsOf = ProblemKind(
        "future-as-of",
        .unprocessableContent,
        "Future asOf",
        "`asOf` lies in the future, of which there is nothing to tell; `now` is the latest that "
            + "can be asked for."
    )
}

extension Call {
    /// The instant that is asked for, now if none is; refuses one that has not come yet.
    func past(_ asOf: Instant?) throws -> Instant {
        guard let asOf else { return instant }
        guard asOf <= instant else {
            var problem = Problem(
                .futureAsOf,
                "asOf: must not lie in the future",
                extra: [JSON.Member("now", .string(instant.rfc3339))]
            )
            problem.violations = [Violation("/asOf", "must not lie in the future")]
            problem.place = .query
            throw problem
        }
        return asOf
    }
}
