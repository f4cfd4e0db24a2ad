// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON

extension InteractionRecord {
    static let fields: Fields<InteractionRecord> = Fields(
        "InteractionRecord",
        {
            InteractionRecord(
                details: InteractionDetails(
                    direction: $0,
                    content: $1,
                    channel: $2,
                    occurredAt: $3,
                    durationSeconds: $4,
                    summary: $7,
                    nextStep: $8,
                    complaintID: $9
                ),
                people: InteractionPeople(contactIDs: $5, staffIDs: $6)
            )
        },
        Field("direction", \.details.direction, .enumeration()),
        Field("content", \.details.content, .enumeration()),
        Field("channel", \.details.channel, .enumeration()),
        Field("occurredAt", \.details.occurredAt, .instant),
        Field(optional: "durationSeconds", \.details.durationSeconds, .integer(0...604_800)),
        Field("contactIds", \.people.contactIDs, .array(of: .id(), maxItems: 50), default: []),
        Field("staffIds", \.people.staffIDs, .array(of: .id(), maxItems: 50), default: []),
        Field("summary", \.details.summary, .string(maxLength: 4000)),
        Field(optional: "nextStep", \.details.nextStep, .string(maxLength: 1000)),
        Field(optional: "complaintId", \.details.complaintID, .id())
    )
}

/// A correction as it comes in.
struct NewInteractionCorrection: Sendable {
    let reason: String
    /// A merge patch (RFC 7396).
    private let changes: String

    static let fields: Fields<NewInteractionCorrection> = Fields(
        "NewInteractionCorrection",
        NewInteractionCorrection.init,
        Field("reason", \.reason, .string(maxLength: 2000)),
        Field(
            "changes",
            \.changes,
            .openObject(
                "The members that are wrong with what is right: "
                    + InteractionRecord.fields.names.map { "`\($0)`" }.joined(separator: ", ")
                    + "; null clears one."
            )
        )
    )

    /// What was recorded, corrected.
    func applied(to old: InteractionRecord) throws -> InteractionRecord {
        do {
            // What was read as an object is one.
            let patch = (try? JSONReader.read(changes)) ?? .null
            return try InteractionRecord.fields.decode(patch, over: old)
        } catch {
            throw Violations(error.all.map { Violation("/changes" + $0.pointer, $0.detail) })
        }
    }
}

extension InteractionCorrection {
    static let fields: Representation<InteractionCorrection> = Representation(
        "InteractionCorrection",
        [
            Member("at", \.at, .instant),
            Member("actor", \.actor, .string(maxLength: 200), "Who said so."),
            Member("reason", \.reason, .string(maxLength: 2000)),
            Member(
                "original",
                \.original,
                .raw(.open(description: "The corrected members as they were before.")),
                "What it said before."
            ),
        ]
    )
}

extension InteractionLink {
    static let fields: Representation<InteractionLink> = Representation(
        "InteractionLink",
        [
            Member("interactionId", \.interactionID, .id()),
            Member("direction", \.direction, .enumeration()),
            Member("channel", \.channel, .enumeration()),
            Member("occurredAt", \.occurredAt, .instant),
        ]
    )
}
