// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The search across all kinds of records.
package struct SearchRoutes {
    private let search: SearchService

    package init(search: SearchService) {
        self.search = search
    }

    package var all: [APIRoute] {
        [find]
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/search",
            name: "search",
            summary: "Finds records by words in their texts, the best first, and shows where",
            tag: "Search",
            scope: Scope.customersRead.rawValue,
            takes: .query(SearchParameters.fields),
            returns: .record(SearchResult.fields)
        ) { [search] parameters, call, snapshot in
            if let kind = parameters.kind { try call.principal?.demand(kind.scope.rawValue) }
            let readable = SearchResult.Kind.allCases.filter {
                call.principal?.scopes.contains($0.scope.rawValue) == true
            }
            return try search.find(
                parameters.query,
                among: parameters.kind.map { [$0] } ?? readable,
                showsContacts: call.principal?.scopes.contains(Scope.contactsRead.rawValue) == true,
                limit: parameters.limit,
                at: call.instant,
                in: snapshot
            )
        }
    }
}

extension SearchResult.Kind {
    /// What a token needs to read such records.
    fileprivate var scope: Scope {
        switch self {
        case .customer: .customersRead
        case .complaint: .complaintsRead
        case .interaction: .interactionsRead
        case .article: .articlesRead
        }
    }
}
