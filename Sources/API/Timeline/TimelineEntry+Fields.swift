// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON

extension TimelineEntry {
    static let fields: Representation<TimelineEntry> = Representation(
        "TimelineEntry",
        [
            Member("type", \.kind, .enumeration(), "What kind of record it comes from."),
            Member("at", \.at, .instant, "When it happened."),
            Member("id", \.id, .number, "The record's identifier, or the tier run's."),
            Member(
                "text",
                \.text,
                .string(maxLength: 2000),
                "The summary, the subject or the reason."
            ),
            Member("channel", \.channel, .string(maxLength: 50)),
            Member("total", \.total, .money),
            Member("tier", \.tier, .enumeration()),
            Member("previousTier", \.previousTier, .enumeration()),
        ]
    )
}
