// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Something that falls due, whatever happens to the process meanwhile.
struct Deadline: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable, ColumnValue {
        case answerDueSoon = "answer-due-soon"
        case answerEscalated = "answer-escalated"
        case answerOverdue = "answer-overdue"
        case remedyDueSoon = "remedy-due-soon"
        case remedyEscalated = "remedy-escalated"
        case remedyOverdue = "remedy-overdue"
    }

    let dueAt: Instant
    let subject: Subject
    let kind: Kind
}
