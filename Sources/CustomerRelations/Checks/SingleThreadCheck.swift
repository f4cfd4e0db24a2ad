// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Holds who is watched for too few people in touch against the policy and the tiers (M42).
struct SingleThreadCheck {
    private static let pieceSize = 10_000

    /// The customers who are to be watched and are not; none while it is yet to be found who is.
    func unfit(in snapshot: Snapshot) throws -> [Int64] {
        let store = SingleThreadStore()
        guard let policy = try store.policy(in: snapshot),
            try store.basis(in: snapshot) == store.currentBasis(in: snapshot)
        else { return [] }
        var unfit: [Int64] = []
        var after: ID<Customer>? = ID(rawValue: 0)
        while let place = after {
            let page = try store.candidates(after: place, limit: Self.pieceSize, in: snapshot)
            for one in page where !one.hasWatch {
                let isWatched = policy.terms.watch(
                    kind: one.kind,
                    tier: one.tier,
                    isArchived: one.isArchived
                )
                if isWatched { unfit.append(one.id.rawValue) }
            }
            after = page.count < Self.pieceSize ? nil : page.last?.id
        }
        return unfit
    }
}
