// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations of the complaint desk.
package struct ComplaintRoutes {
    private let complaints: ComplaintService

    package init(complaints: ComplaintService) {
        self.complaints = complaints
    }

    package var all: [APIRoute] {
        [open, list, find, change, reply]
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
            problems: [.duplicate, .ambiguousCustomer]
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
            problems: [.duplicate],
            find: { [complaints] _, call, transaction, id in
                try complaints.find(id, at: call.instant, in: transaction)
            },
            apply: { [complaints] details, complaint, call, transaction in
                try complaints.change(
                    complaint,
                    to: details,
                    by: call.occasion,
                    in: transaction
                )
            }
        )
    }

    private var reply: APIRoute {
        .write(
            .post,
            "/v1/complaints/{complaint}/reply",
            ID<Complaint>.self,
            name: "replyToComplaint",
            summary: "Answers the customer; the first reply stops the answer clock",
            tag: "Complaints",
            scope: Scope.complaintsWrite.rawValue,
            takes: .body(ComplaintReply.fields),
            returns: .record(Complaint.fields),
            problems: [.notAllowedNow, .preconditionFailed],
            honoursIfMatch: true
        ) { [complaints] reply, call, transaction, id in
            let complaint = try complaints.find(id, at: call.instant, in: transaction)
            try call.demandMatch(complaint, Complaint.fields)
            return try complaints.reply(reply, to: id, by: call.occasion, in: transaction)
        }
    }
}
