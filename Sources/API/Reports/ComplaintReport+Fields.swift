// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension ComplaintReport.Row {
    static let fields: Representation<ComplaintReport.Row> = Representation(
        "ComplaintFigures",
        [
            Member(
                "key",
                \.key,
                .string(minLength: 0, maxLength: 200),
                "The group; empty for what belongs to none."
            ),
            Member("complaints", \.complaints, .integer(0...Int.max)),
            Member("closed", \.closed, .integer(0...Int.max)),
            Member("orders", \.orders, .integer(0...Int.max), "Placed in the same time."),
            Member("rate", \.rate, .number(0...1e12), "Complaints for each order."),
            Member("replySeconds", \.reply, .object(HandlingTimes.fields)),
            Member("remedySeconds", \.remedy, .object(HandlingTimes.fields)),
            Member("answerBreached", \.answerBreached, .integer(0...Int.max)),
            Member("remedyBreached", \.remedyBreached, .integer(0...Int.max)),
            Member("breachRate", \.breachRate, .number(0...1), "Of which either clock ran out."),
            Member("reopened", \.reopened, .integer(0...Int.max)),
            Member("reopenRate", \.reopenRate, .number(0...1), "Of those that were closed."),
            Member(
                "repeats",
                \.repeats,
                .integer(0...Int.max),
                "Of customers who had complained within the 90 days before."
            ),
            Member("score", \.score, .number(1...10), "The mean after handling."),
            Member("scored", \.scored, .integer(0...Int.max)),
        ]
    )
}

extension HandlingTimes {
    static let fields: Representation<HandlingTimes> = Representation(
        "HandlingTimes",
        [
            Member("median", \.median, .number(0...1e12)),
            Member("ninetieth", \.ninetieth, .number(0...1e12)),
            Member("worst", \.worst, .number(0...1e12)),
        ]
    )
}
