// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on what customers need.
package struct NeedRoutes {
    private static let tag = "Listening"

    private let needs: NeedService

    package init(needs: NeedService) {
        self.needs = needs
    }

    package var all: [APIRoute] {
        [record, list, find, change]
    }

    private var record: APIRoute {
        .write(
            .post,
            "/v1/customers/{customer}/needs",
            ID<Customer>.self,
            name: "recordNeed",
            summary: "Records something that a customer needs",
            tag: Self.tag,
            scope: Scope.interactionsWrite.rawValue,
            takes: .body(NeedDetails.fields),
            returns: .created(Need.fields) { Subject(.need, $0.id).path },
            problems: [.notAllowedNow]
        ) { [needs] details, call, transaction, id in
            try needs.record(details, of: id, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/customers/{customer}/needs",
            ID<Customer>.self,
            name: "listNeeds",
            summary: "Lists what a customer needs, what matters most first",
            tag: Self.tag,
            scope: Scope.interactionsRead.rawValue,
            Listing(
                filter: NoFilter.fields,
                rows: Need.fields,
                sorts: ["-importance", "id"]
            )
        ) { [needs] query, _, snapshot, id in
            try needs.list(of: id, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/needs/{need}",
            ID<Need>.self,
            name: "getNeed",
            summary: "Reads something that a customer needs",
            tag: Self.tag,
            scope: Scope.interactionsRead.rawValue,
            takes: .nothing,
            returns: .record(Need.fields)
        ) { [needs] _, _, snapshot, id in
            try needs.find(id, in: snapshot)
        }
    }

    private var change: APIRoute {
        .change(
            "/v1/needs/{need}",
            ID<Need>.self,
            name: "changeNeed",
            summary: "Says otherwise what a customer needs, and how much",
            tag: Self.tag,
            scope: Scope.interactionsWrite.rawValue,
            fields: NeedDetails.fields,
            details: \.details,
            returns: Need.fields,
            problems: [.notAllowedNow],
            find: { [needs] _, _, transaction, id in try needs.find(id, in: transaction) },
            apply: { [needs] details, need, call, transaction in
                try needs.change(need, to: details, by: call.occasion, in: transaction)
            }
        )
    }
}
