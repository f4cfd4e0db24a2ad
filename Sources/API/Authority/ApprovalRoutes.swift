// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
import Routing
import SQLite

/// The operations on authority, and on what is asked for beyond it.
package struct ApprovalRoutes {
    private static let tag = "Authority"

    private let approvals: ApprovalService

    package init(approvals: ApprovalService) {
        self.approvals = approvals
    }

    package var all: [APIRoute] {
        policy + [
            ask, list, find,
            decide(
                .approved,
                "approve",
                "approveRequest",
                "Approves a request",
                takes: ApprovalNote.fields,
                \.reason
            ),
            decide(
                .declined,
                "decline",
                "declineRequest",
                "Declines a request, and says why",
                takes: ComplaintReason.fields
            ) { $0.reason },
        ]
    }

    private var policy: [APIRoute] {
        APIRoute.policy(
            "/v1/authority-policy",
            name: "AuthorityPolicy",
            reading: "Reads how far roles and people may go by themselves",
            replacing: "Puts other limits in force",
            tag: Self.tag,
            scope: .approvalsRead,
            takes: AuthorityTerms.fields,
            returns: AuthorityPolicy.fields,
            inForce: { [approvals] in try approvals.policy(in: $0) },
            replace: { [approvals] in try approvals.setPolicy($0, by: $1, in: $2) }
        )
    }

    private var ask: APIRoute {
        .write(
            .post,
            "/v1/approvals",
            name: "askForApproval",
            summary: "Asks for what is beyond the authority of whoever asks",
            tag: Self.tag,
            scope: Scope.approvalsWrite.rawValue,
            takes: .body(NewApproval.fields),
            returns: .created(Approval.fields) { Subject(.approval, $0.id).path },
            problems: [.duplicate, .complaintClosed]
        ) { [approvals] new, call, transaction in
            try approvals.ask(new, from: call.tokenID, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/approvals",
            name: "listApprovals",
            summary: "Lists what was asked for, by the time at which it is to be answered",
            tag: Self.tag,
            scope: Scope.approvalsRead.rawValue,
            Listing(
                filter: ApprovalFilter.fields,
                rows: Approval.fields,
                sorts: ApprovalSorting.allCases.map(\.rawValue)
            )
        ) { [approvals] query, _, snapshot in
            try approvals.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/approvals/{approval}",
            ID<Approval>.self,
            name: "getApproval",
            summary: "Reads what was asked for, and what was decided",
            tag: Self.tag,
            scope: Scope.approvalsRead.rawValue,
            takes: .nothing,
            returns: .record(Approval.fields)
        ) { [approvals] _, _, snapshot, id in
            try approvals.find(id, in: snapshot)
        }
    }

    private func decide<Details: Sendable>(
        _ status: Approval.Status,
        _ action: String,
        _ name: String,
        _ summary: String,
        takes fields: Fields<Details>,
        _ reason: @escaping @Sendable (Details) -> String?
    ) -> APIRoute {
        .write(
            .post,
            "/v1/approvals/{approval}/\(action)",
            ID<Approval>.self,
            name: name,
            summary: summary,
            tag: Self.tag,
            scope: Scope.approvalsWrite.rawValue,
            takes: .body(fields),
            returns: .record(Approval.fields),
            problems: [.notAllowedNow, .beyondAuthority, .preconditionFailed],
            honoursIfMatch: true
        ) { [approvals] details, call, transaction, id in
            let approval = try approvals.find(id, in: transaction)
            try call.demandMatch(approval, Approval.fields)
            return try approvals.decide(
                approval,
                as: status,
                because: reason(details),
                from: call.tokenID,
                by: call.occasion,
                in: transaction
            )
        }
    }
}
