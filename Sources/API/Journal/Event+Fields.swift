// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON

extension Event {
    static let fields: Representation<Event> = Representation(
        "Event",
        [
            Member("seq", \.seq, .number, "The place in the journal, without gaps."),
            Member("at", \.at, .instant),
            Member("actor", \.actor, .string(maxLength: 200), "The token's name."),
            Member("action", \.action, .string(maxLength: 100), "Such as `complaint.opened`."),
            Member("subject", \.subject, .object(Subject.fields)),
            Member(
                "changes",
                \.changes,
                .raw(.open(description: "The changed members with their new values.")),
                "What changed; absent once erased."
            ),
            Member("requestId", \.requestID, .string(maxLength: 200)),
            Member("hash", \.hash, .hex, "SHA-256 over the hash before it and the entry."),
        ]
    )
}

extension Subject {
    static let fields: Representation<Subject> = Representation(
        "Subject",
        [
            Member("type", \.kind, .enumeration()),
            Member("id", \.id, .number),
        ]
    )
}

/// A page of the journal.
struct EventPage: Sendable {
    let items: [Event]

    static let fields: Representation<EventPage> = Representation(
        "EventPage",
        [Member("items", \.items, .array(of: .object(Event.fields)), "In commit order.")]
    )
}

/// What of the journal is asked for.
struct EventQuery: Sendable {
    let after: Int
    let limit: Int
    let wait: Int

    static let fields: Fields<EventQuery> = Fields(
        nil,
        EventQuery.init,
        Field("after", \.after, .integer(0...Int.max), default: 0, "The last `seq` that is known."),
        Field("limit", \.limit, .integer(1...500), default: 50, "The most events of a page."),
        Field(
            "wait",
            \.wait,
            .integer(0...60),
            default: 0,
            "For how many seconds to wait for an event, if there is none."
        )
    )
}

extension JournalVerdict {
    static let fields: Representation<JournalVerdict> = Representation(
        "JournalVerdict",
        [
            Member("valid", \.isValid, .boolean),
            Member("entries", \.entries, .integer(0...Int.max)),
            Member("head", \.head, .hex, "The hash of the last entry."),
            Member("firstBadSeq", \.firstBadSeq, .number, "The first entry that does not hold."),
        ]
    )
}
