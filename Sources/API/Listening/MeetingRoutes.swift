// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on visits and customer meetings.
package struct MeetingRoutes {
    private static let tag = "Listening"

    private let meetings: MeetingService

    package init(meetings: MeetingService) {
        self.meetings = meetings
    }

    package var all: [APIRoute] {
        [record, list, find, change, confirm, raise]
    }

    private var record: APIRoute {
        .write(
            .post,
            "/v1/meetings",
            name: "recordMeeting",
            summary: "Records a visit to a customer, or a meeting with several",
            tag: Self.tag,
            scope: Scope.interactionsWrite.rawValue,
            takes: .body(MeetingDetails.fields),
            returns: .created(Meeting.fields) { Subject(.meeting, $0.id).path }
        ) { [meetings] details, call, transaction in
            try meetings.record(details, from: call.tokenID, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/meetings",
            name: "listMeetings",
            summary: "Lists visits and customer meetings",
            tag: Self.tag,
            scope: Scope.interactionsRead.rawValue,
            Listing(
                filter: MeetingFilter.fields,
                rows: Meeting.fields,
                sorts: ["-heldAt", "id"]
            )
        ) { [meetings] query, _, snapshot in
            try meetings.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/meetings/{meeting}",
            ID<Meeting>.self,
            name: "getMeeting",
            summary: "Reads a visit or meeting, with what came of it",
            tag: Self.tag,
            scope: Scope.interactionsRead.rawValue,
            takes: .nothing,
            returns: .record(Meeting.fields)
        ) { [meetings] _, _, snapshot, id in
            try meetings.find(id, in: snapshot)
        }
    }

    private var change: APIRoute {
        .change(
            "/v1/meetings/{meeting}",
            ID<Meeting>.self,
            name: "changeMeeting",
            summary: "Says otherwise what a meeting was, until the customer has confirmed it",
            tag: Self.tag,
            scope: Scope.interactionsWrite.rawValue,
            fields: MeetingDetails.fields,
            details: \.details,
            returns: Meeting.fields,
            problems: [.notAllowedNow],
            find: { [meetings] _, _, transaction, id in try meetings.find(id, in: transaction) },
            apply: { [meetings] details, meeting, call, transaction in
                try meetings.change(meeting, to: details, by: call.occasion, in: transaction)
            }
        )
    }

    private var confirm: APIRoute {
        .write(
            .post,
            "/v1/meetings/{meeting}/confirm",
            ID<Meeting>.self,
            name: "confirmMeeting",
            summary: "Records that the customer heard the summary and said yes to it",
            tag: Self.tag,
            scope: Scope.interactionsWrite.rawValue,
            takes: .body(NewMeetingConfirmation.fields),
            returns: .record(Meeting.fields),
            problems: [.notAllowedNow, .preconditionFailed],
            honoursIfMatch: true
        ) { [meetings] confirmation, call, transaction, id in
            let meeting = try meetings.find(id, in: transaction)
            try call.demandMatch(meeting, Meeting.fields)
            return try meetings.confirm(meeting, confirmation, by: call.occasion, in: transaction)
        }
    }

    private var raise: APIRoute {
        .write(
            .post,
            "/v1/meetings/{meeting}/issues",
            ID<Meeting>.self,
            name: "raiseMeetingIssue",
            summary: "Makes a complaint, a need or a task of what was raised in a meeting",
            tag: Self.tag,
            scope: Scope.interactionsWrite.rawValue,
            takes: .body(NewMeetingIssue.fields),
            returns: .created(Meeting.fields) { Subject(.meeting, $0.id).path },
            problems: [.preconditionFailed],
            honoursIfMatch: true
        ) { [meetings] issue, call, transaction, id in
            let meeting = try meetings.find(id, in: transaction)
            try call.demandMatch(meeting, Meeting.fields)
            return try meetings.raise(issue, in: meeting, by: call.occasion, in: transaction)
        }
    }
}
