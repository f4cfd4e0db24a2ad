// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import Routing
import SQLite

extension APIRoute {
    /// The operations on a policy: a record of which one version is in force, read by many and
    /// replaced as a whole.
    ///
    /// `name` is that of the record, as in `getTierPolicy`. Terms that say what is in force already
    /// change nothing.
    static func policy<Terms: Sendable, Policy: Versioned & Sendable>(
        _ path: String,
        name: String,
        reading: String,
        replacing: String,
        tag: String,
        scope: Scope,
        takes terms: Fields<Terms>,
        returns fields: Representation<Policy>,
        problems: [ProblemKind] = [],
        committed: (@Sendable () -> Void)? = nil,
        inForce: @escaping @Sendable (Snapshot) throws -> Policy,
        replace: @escaping @Sendable (Terms, Occasion, Transaction) throws -> Policy
    ) -> [APIRoute] {
        [
            .read(
                .get,
                path,
                name: "get" + name,
                summary: reading,
                tag: tag,
                scope: scope.rawValue,
                takes: .nothing,
                returns: .record(fields)
            ) { _, _, snapshot in
                try inForce(snapshot)
            },
            .write(
                .put,
                path,
                name: "set" + name,
                summary: replacing,
                tag: tag,
                scope: Scope.policiesWrite.rawValue,
                takes: .body(terms),
                returns: .record(fields),
                problems: [.preconditionFailed] + problems,
                honoursIfMatch: true,
                committed: committed
            ) { terms, call, transaction in
                try call.demandMatch(inForce(transaction), fields)
                return try replace(terms, call.occasion, transaction)
            },
        ]
    }
}
