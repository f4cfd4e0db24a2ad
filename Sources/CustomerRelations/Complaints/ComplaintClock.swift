// SPDX-License-Identifier: Apache-2.0

/// Sets the deadlines of complaints (M60, 24 小时答复).
///
/// The answer is due some hours of wall clock after the complaint was received, 24 unless the terms
/// say otherwise and 4 for a key customer; the remedy some business days after, 5 and 2, at the
/// same time of day, in the business hours of the terms and the service's time zone.
package struct ComplaintClock: Sendable {
    private let zone: CivilTimeZone

    package init(zone: CivilTimeZone) {
        self.zone = zone
    }

    package func deadlines(
        receivedAt: Instant,
        tier: Tier?,
        _ terms: ComplaintTerms
    ) -> ComplaintDeadlines {
        let hours = tier == .key ? terms.keyAnswerHours : terms.answerHours
        return ComplaintDeadlines(
            answerDueAt: receivedAt.adding(
                milliseconds: Int64(hours) * Instant.millisecondsPerHour
            ),
            remedyDueAt: remedyDueAt(from: receivedAt, tier: tier, terms)
        )
    }

    /// The end of the remedy's clock, which begins at an instant.
    func remedyDueAt(from start: Instant, tier: Tier?, _ terms: ComplaintTerms) -> Instant {
        let calendar = BusinessCalendar(
            zone: zone,
            hours: terms.businessHours,
            holidays: terms.holidays
        )
        return calendar.instant(
            businessDays: tier == .key ? terms.keyRemedyDays : terms.remedyDays,
            after: start
        )
    }

    /// A state with the deadlines, of the clocks that run, that a tier and a policy ask for.
    func renewed(
        _ state: ComplaintState,
        tier: Tier?,
        _ policy: ComplaintPolicy
    ) -> ComplaintState {
        var new = state
        let fresh = deadlines(receivedAt: state.receivedAt, tier: tier, policy.terms)
        let remedyDueAt = remedyDueAt(
            from: state.reopenedAt ?? state.receivedAt,
            tier: tier,
            policy.terms
        )
        new.deadlines = ComplaintDeadlines(
            answerDueAt: state.answeredAt == nil
                ? fresh.answerDueAt.adding(milliseconds: state.answerPaused)
                : state.deadlines.answerDueAt,
            remedyDueAt: state.remedied == nil
                ? remedyDueAt.adding(milliseconds: state.remedyPaused)
                : state.deadlines.remedyDueAt
        )
        new.basisTier = tier
        new.basisPolicy = policy.version
        return new
    }

    /// When so many hundredths of a clock have passed, what it stood still apart.
    static func part(
        _ percent: Int64,
        from start: Instant,
        to dueAt: Instant,
        paused: Int64
    ) -> Instant {
        let length = dueAt.milliseconds(since: start) - paused
        return start.adding(milliseconds: length / 100 * percent + paused)
    }
}
