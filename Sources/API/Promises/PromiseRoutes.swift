// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
import Routing
import SQLite

/// The operations on promises.
package struct PromiseRoutes {
    private let promises: PromiseService

    package init(promises: PromiseService) {
        self.promises = promises
    }

    package var all: [APIRoute] {
        [
            list, find,
            verdict("keep", "keepPromise", "Records that a promise is kept") { [promises] in
                try promises.keep($0, by: $1, in: $2)
            },
            verdict("break", "breakPromise", "Records that a promise is broken") { [promises] in
                try promises.break($0, by: $1, in: $2)
            },
        ]
    }

    private var list: APIRoute {
        .list(
            "/v1/promises",
            name: "listPromises",
            summary: "Lists what was promised, and tells how often that is kept in time",
            tag: "Promises",
            scope: Scope.interactionsRead.rawValue,
            Listing(
                filter: PromiseFilter.fields,
                rows: PromiseEntry.fields,
                sorts: ["dueAt"],
                figures: [
                    "keepingRate": "Kept in time ÷ (kept, late and broken), from 0 to 1, of all "
                        + "whose time, kind and customer were asked for; on the first page, and absent while "
                        + "there are none."
                ]
            )
        ) { [promises] query, call, snapshot in
            var slice = try promises.list(
                query.0,
                query.1.request(),
                at: call.instant,
                in: snapshot
            ).slice
            // It counts them all, so it is told once.
            guard query.1.after == nil else { return slice }
            if let rate = try promises.keepingRate(query.0, in: snapshot) {
                slice.figures = [(name: "keepingRate", value: rate)]
            }
            return slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/promises/{promise}",
            ID<Promise>.self,
            name: "getPromise",
            summary: "Reads a promise",
            tag: "Promises",
            scope: Scope.interactionsRead.rawValue,
            takes: .nothing,
            returns: .record(PromiseEntry.fields)
        ) { [promises] _, _, snapshot, id in
            try promises.find(id, in: snapshot)
        }
    }

    private func verdict(
        _ action: String,
        _ name: String,
        _ summary: String,
        _ settle:
            @escaping @Sendable (ID<Promise>, Occasion, Transaction) throws -> PromiseEntry
    ) -> APIRoute {
        .write(
            .post,
            "/v1/promises/{promise}/\(action)",
            ID<Promise>.self,
            name: name,
            summary: summary,
            tag: "Promises",
            scope: Scope.interactionsWrite.rawValue,
            takes: .nothing,
            returns: .record(PromiseEntry.fields),
            problems: [.notAllowedNow, .preconditionFailed],
            honoursIfMatch: true
        ) { [promises] _, call, transaction, id in
            try call.demandMatch(promises.find(id, in: transaction), PromiseEntry.fields)
            return try settle(id, call.occasion, transaction)
        }
    }
}
