// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON

extension NewPromise {
    static let fields: Fields<NewPromise> = Fields(
        "NewPromise",
        NewPromise.init,
        Field("kind", \.kind, .enumeration(), default: .other, "What is promised."),
        Field("text", \.text, .string(maxLength: 1000)),
        Field("dueAt", \.dueAt, .instant)
    )
}

extension Promise {
    static let fields: Representation<Promise> = Representation(
        "Promise",
        [
            Member("id", \.id, .id()),
            Member("kind", \.kind, .enumeration()),
            Member("text", \.text, .string(maxLength: 1000)),
            Member("dueAt", \.dueAt, .instant),
            Member(
                "warning",
                \.warning,
                .object(TightPromise.fields),
                "If it was given for less time than nine of ten such promises took."
            ),
        ]
    )
}

extension TightPromise {
    static let fields: Representation<TightPromise> = Representation(
        "TightPromise",
        [
            Member("kept", \.kept, .integer(1...Int.max), "How many were kept, in time or late."),
            Member("medianSeconds", \.medianSeconds, .number(0...1e12)),
            Member("ninetiethSeconds", \.ninetiethSeconds, .number(0...1e12)),
        ]
    )
}

extension PromiseAlarmDetails {
    static let fields: Representation<PromiseAlarmDetails> = Representation(
        "PromiseAlarm",
        [
            Member("text", \.text, .string(maxLength: 1000)),
            Member("dueAt", \.dueAt, .instant),
            Member("customerId", \.customerID, .id()),
            Member("addresseeId", \.addresseeID, .id()),
        ]
    )
}
