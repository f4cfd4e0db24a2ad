// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
import Routing

/// The operations on relations that might better end.
package struct EndingRoutes {
    private static let tag = "Care"

    private let endings: EndingService

    package init(endings: EndingService) {
        self.endings = endings
    }

    package var all: [APIRoute] {
        [
            list, find,
            decide(
                .ended,
                "end",
                "endRelation",
                "Ends the relation with a customer, as a person decided"
            ),
            decide(.kept, "keep", "keepRelation", "Keeps a customer, as a person decided"),
        ]
    }

    private var list: APIRoute {
        .list(
            "/v1/ending-candidates",
            name: "listEndingCandidates",
            summary: "Lists customers with whom the relation might better end",
            tag: Self.tag,
            scope: Scope.reportsRead.rawValue,
            Listing(
                filter: EndingFilter.fields,
                rows: EndingCandidate.fields,
                sorts: EndingSorting.allCases.map(\.rawValue)
            )
        ) { [endings] query, _, snapshot in
            try endings.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/ending-candidates/{candidate}",
            ID<EndingCandidate>.self,
            name: "getEndingCandidate",
            summary: "Reads what speaks for ending a relation, and what was decided",
            tag: Self.tag,
            scope: Scope.reportsRead.rawValue,
            takes: .nothing,
            returns: .record(EndingCandidate.fields)
        ) { [endings] _, _, snapshot, id in
            try endings.find(id, in: snapshot)
        }
    }

    private func decide(
        _ status: EndingCandidate.Status,
        _ action: String,
        _ name: String,
        _ summary: String
    ) -> APIRoute {
        .write(
            .post,
            "/v1/ending-candidates/{candidate}/\(action)",
            ID<EndingCandidate>.self,
            name: name,
            summary: summary,
            tag: Self.tag,
            scope: Scope.policiesWrite.rawValue,
            takes: .body(NewEndingDecision.fields),
            returns: .record(EndingCandidate.fields),
            problems: [.decisionUnsigned, .notAllowedNow, .preconditionFailed],
            honoursIfMatch: true
        ) { [endings] new, call, transaction, id in
            let candidate = try endings.find(id, in: transaction)
            try call.demandMatch(candidate, EndingCandidate.fields)
            return try endings.decide(
                candidate,
                status,
                new,
                from: call.tokenID,
                by: call.occasion,
                in: transaction
            )
        }
    }
}
