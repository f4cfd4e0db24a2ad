// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations of the complaint desk.
package struct ComplaintRoutes {
    private let complaints: ComplaintService
    /// Sets the deadlines of open complaints anew.
    private let wakeRunner: @Sendable () -> Void

    package init(complaints: ComplaintService, wakeRunner: @escaping @Sendable () -> Void) {
        self.complaints = complaints
        self.wakeRunner = wakeRunner
    }

    package var all: [APIRoute] {
        [open, list, queue, find, change] + moves + policy + [procedure]
    }

    private var open: APIRoute {
        .write(
            .post,
            "/v1/complaints",
            name: "openComplaint",
            summary: "Opens a complaint, of a customer named by id, external id or phone",
            tag: "Complaints",
            scope: Scope.complaintsWrite.rawValue,
            takes: .body(ComplaintInput.fields, form: true),
            returns: .created(Complaint.fields) { Subject(.complaint, $0.id).path },
            problems: [.duplicate, .customerMissing, .ambiguousCustomer]
        ) { [complaints] input, call, transaction in
            try complaints.open(input.complaint(), by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/complaints",
            name: "listComplaints",
            summary: "Lists complaints",
            tag: "Complaints",
            scope: Scope.complaintsRead.rawValue,
            Listing(
                filter: ComplaintFilter.fields,
                rows: Complaint.fields,
                sorts: ["-receivedAt", "answerDueAt", "id"],
                exportScope: Scope.exports.rawValue
            )
        ) { [complaints] query, call, snapshot in
            try complaints.list(query.0, query.1.request(), at: call.instant, in: snapshot).slice
        }
    }

    private var queue: APIRoute {
        .list(
            "/v1/complaint-queue",
            name: "listComplaintQueue",
            summary: "Lists what waits for its first answer, key customers first",
            tag: "Complaints",
            scope: Scope.complaintsRead.rawValue,
            Listing(
                filter: ComplaintQueueFilter.fields,
                rows: Complaint.fields,
                sorts: [ComplaintSorting.lane.rawValue]
            )
        ) { [complaints] query, call, snapshot in
            try complaints.queue(
                of: query.0.assigneeID,
                query.1.request(),
                at: call.instant,
                in: snapshot
            ).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/complaints/{complaint}",
            ID<Complaint>.self,
            name: "getComplaint",
            summary: "Reads a complaint",
            tag: "Complaints",
            scope: Scope.complaintsRead.rawValue,
            takes: .nothing,
            returns: .record(Complaint.fields)
        ) { [complaints] _, call, snapshot, id in
            try complaints.find(id, at: call.instant, in: snapshot)
        }
    }

    private var change: APIRoute {
        .change(
            "/v1/complaints/{complaint}",
            ID<Complaint>.self,
            name: "changeComplaint",
            summary: "Corrects what is recorded of a complaint",
            tag: "Complaints",
            scope: Scope.complaintsWrite.rawValue,
            fields: ComplaintDetails.fields,
            details: \.details,
            returns: Complaint.fields,
            problems: [.duplicate, .complaintClosed, .causeMissing],
            find: { [complaints] _, call, transaction, id in
                try complaints.find(id, at: call.instant, in: transaction)
            },
            apply: { [complaints] details, complaint, call, transaction in
                try complaints.change(
                    complaint,
                    to: details,
                    saysDetail: call.changedMembers().contains("causeDetail"),
                    by: call.occasion,
                    in: transaction
                )
            }
        )
    }
}

// MARK: - Moves

extension ComplaintRoutes {
    private var moves: [APIRoute] {
        [
            move(
                .reply,
                "replyToComplaint",
                "Answers the customer; the first reply stops the answer clock",
                takes: .body(ComplaintReply.fields)
            ) { .reply($0) },
            move(
                .listen,
                "listenToComplaint",
                "Records what the customer says, in their words",
                takes: .body(ComplaintStatement.fields)
            ) { .listen($0) },
            move(
                .assess,
                "assessComplaint",
                "Judges the complaint and names its cause",
                takes: .body(ComplaintAssessment.fields)
            ) { .assess($0) },
            move(
                .propose,
                "proposeRemedy",
                "Proposes a remedy to the customer",
                takes: .body(ComplaintProposal.fields)
            ) { .propose($0) },
            move(.accept, "acceptRemedy", "Records that the customer accepts the remedy") {
                .accept
            },
            move(
                .decline,
                "declineRemedy",
                "Records that the customer declines the remedy, and why",
                takes: .body(ComplaintReason.fields)
            ) { .decline($0) },
            move(.carryOut, "carryOutRemedy", "Records that the remedy is carried out") {
                .carryOut
            },
            move(
                .followUp,
                "followUpComplaint",
                "Records whether the remedy helped, and closes the complaint",
                takes: .body(ComplaintFollowUp.fields)
            ) { .followUp($0) },
            move(
                .pause,
                "pauseComplaint",
                "Stops the clocks while the complaint waits for the customer",
                takes: .body(ComplaintReason.fields)
            ) { .pause($0) },
            move(
                .resume,
                "resumeComplaint",
                "Starts the clocks again, which moves the deadlines by the length of the pause"
            ) { .resume },
            move(
                .reopen,
                "reopenComplaint",
                "Opens a closed complaint again, at the assessment",
                takes: .body(ComplaintReason.fields)
            ) { .reopen($0) },
            move(
                .assign,
                "assignComplaint",
                "Says who handles the complaint",
                takes: .body(ComplaintAssignment.fields)
            ) { .assign($0) },
            move(
                .reward,
                "rewardComplaint",
                "Records what the customer gets for a justified or useful complaint, once at most",
                takes: .body(ComplaintReward.fields)
            ) { .reward($0) },
        ]
    }

    private func move(
        _ kind: ComplaintMove.Kind,
        _ name: String,
        _ summary: String,
        _ move: @escaping @Sendable () -> ComplaintMove
    ) -> APIRoute {
        self.move(kind, name, summary, takes: .nothing) { (_: Void) in move() }
    }

    private func move<Details: Sendable>(
        _ kind: ComplaintMove.Kind,
        _ name: String,
        _ summary: String,
        takes input: Input<Details>,
        _ move: @escaping @Sendable (Details) -> ComplaintMove
    ) -> APIRoute {
        .write(
            .post,
            "/v1/complaints/{complaint}/\(kind.rawValue)",
            ID<Complaint>.self,
            name: name,
            summary: summary,
            tag: "Complaints",
            scope: Scope.complaintsWrite.rawValue,
            takes: input,
            returns: .record(Complaint.fields),
            problems: [
                .notAllowedNow, .stepSkipped, .complaintClosed, .preconditionFailed,
            ] + (kind == .reward ? [.alreadyRewarded] : [])
                + (kind == .assess ? [.causeMissing] : [])
                + (kind == .reward || kind == .propose ? [.approvalNeeded] : []),
            honoursIfMatch: true
        ) { [complaints] details, call, transaction, id in
            let complaint = try complaints.find(id, at: call.instant, in: transaction)
            try call.demandMatch(complaint, Complaint.fields)
            return try complaints.make(
                move(details),
                on: complaint,
                from: call.tokenID,
                by: call.occasion,
                in: transaction
            )
        }
    }
}

// MARK: - The policy

extension ComplaintRoutes {
    private var policy: [APIRoute] {
        APIRoute.policy(
            "/v1/complaint-policy",
            name: "ComplaintPolicy",
            reading: "Reads how long the desk has, and where complaints are taken",
            replacing: "Puts other terms in force, and gives open complaints their deadlines",
            tag: "Complaints",
            scope: .complaintsRead,
            takes: ComplaintTerms.fields,
            returns: ComplaintPolicy.fields,
            problems: [.overlappingHours],
            committed: wakeRunner,
            inForce: { [complaints] in try complaints.policy(in: $0) },
            replace: { [complaints] in try complaints.setPolicy($0, by: $1, in: $2) }
        )
    }

    private var procedure: APIRoute {
        .read(
            .get,
            "/v1/complaint-procedure",
            name: "getComplaintProcedure",
            summary: "Tells the public who takes complaints, how, and by when they are answered",
            tag: "Complaints",
            scope: nil,
            takes: .nothing,
            returns: .record(ComplaintProcedure.fields)
        ) { [complaints] _, _, snapshot in
            ComplaintProcedure(policy: try complaints.policy(in: snapshot))
        }
    }
}
