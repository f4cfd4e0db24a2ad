// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Whether there is more to be sold to a customer (M23, 升级潜力), and what speaks for it.
package struct Potential: Sendable {
    package enum Verdict: String, Sendable, CaseIterable, ColumnValue {
        case has
        case lacks
    }

    package let customerID: ID<Customer>
    package let asOf: Instant
    package let windowStart: Instant
    package let windowMonths: Int
    /// The care policy whose bounds it was measured by.
    package let policyVersion: Int
    /// Category need, growth, payment record.
    package let evidence: [PotentialEvidence]
    let payments: PaymentRecord

    /// There have to be prospects, and the payment record must not speak against it.
    package var verdict: Verdict {
        let paysBadly = evidence.contains { $0.code == .payment && $0.sign == .against }
        return hasProspects && !paysBadly ? .has : .lacks
    }

    /// Whether there is more to be sold, however the customer pays.
    var hasProspects: Bool { evidence.contains { $0.code != .payment && $0.sign == .for } }
}

/// A fact that speaks for a customer's potential, or against it.
package struct PotentialEvidence: Sendable {
    package enum Code: String, Sendable, CaseIterable {
        case need
        case growth
        case payment
    }

    package enum Sign: String, Sendable, CaseIterable {
        case `for`
        case against
        case unknown
    }

    package let code: Code
    package let sign: Sign
    package let text: String

    init(_ code: Code, _ sign: Sign, _ text: String) {
        self.code = code
        self.sign = sign
        self.text = text
    }

    /// What the customer buys elsewhere of what it needs.
    static func need(_ share: WalletShare?, atLeast gap: Share) -> PotentialEvidence {
        guard let share, share.need > 0 else {
            return PotentialEvidence(
                .need,
                .unknown,
                "nobody says what the customer buys in all of a category"
            )
        }
        let isWide = gap.isReached(by: Int128(share.need - share.bought), of: Int128(share.need))
        let isOpen = isWide && share.bought < share.need
        return PotentialEvidence(
            .need,
            isOpen ? .for : .against,
            "\(share) of the \(share.needAmount) that the customer needs was bought from us; "
                + "\(gap) bought elsewhere would leave room"
        )
    }

    /// How much more was bought than in the window before.
    static func growth(_ now: Money, _ before: Money, atLeast least: Share) -> PotentialEvidence {
        guard before > .zero else {
            return PotentialEvidence(.growth, .unknown, "nothing was bought in the window before")
        }
        let more = Int128(now.rawValue) - Int128(before.rawValue)
        let grows = more > 0 && least.isReached(by: more, of: Int128(before.rawValue))
        return PotentialEvidence(
            .growth,
            grows ? .for : .against,
            "\(now) was bought after \(before) in the window before; \(least) more would be growth"
        )
    }

    /// Whether invoices are paid.
    static func payment(_ record: PaymentRecord, overdueDays: Int) -> PotentialEvidence {
        guard record.invoices > 0 else {
            return PotentialEvidence(.payment, .unknown, "nothing was ordered on credit")
        }
        let isBad = record.overdue > .zero
        return PotentialEvidence(
            .payment,
            isBad ? .against : .for,
            "of \(record.invoices) invoices \(record.late) were paid late or not yet; "
                + "\(record.overdue) is overdue by more than \(overdueDays) days"
        )
    }
}

/// How a customer paid what it ordered on credit.
struct PaymentRecord: Sendable {
    /// The invoices that were due.
    let invoices: Int
    /// Those that were paid after they were due, or not yet.
    let late: Int
    /// What is left to be paid of those that have been due for too long.
    let overdue: Money
    /// When the first of them was due.
    let overdueSince: Instant?
}
