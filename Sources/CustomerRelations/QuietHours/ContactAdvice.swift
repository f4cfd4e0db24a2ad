// SPDX-License-Identifier: Apache-2.0

/// Whether a customer may be contacted at an instant, and when next (M49).
package struct ContactAdvice: Sendable {
    package let at: Instant
    /// The rule that forbids it.
    package let rule: String?
    /// Nil where it is allowed, or never within a year.
    package let nextAllowedAt: Instant?
    /// The customer's.
    package let timeZone: String
    /// How often calls were answered, by the hour; nil while too few were made.
    package let answerRates: [AnswerRate]?

    package var isAllowed: Bool { rule == nil }
}

/// A call that we made to a customer.
struct CallAttempt {
    let at: Instant
    let isAnswered: Bool
}

/// How often a customer answered the calls that we made in an hour of the day.
package struct AnswerRate: Sendable, Equatable {
    /// Fewer calls tell nothing.
    static let fewestAttempts = 20

    /// By the customer's clocks.
    package let hour: Int
    package let attempts: Int
    package let answered: Int

    package var rate: Double { Double(answered) / Double(attempts) }
}
