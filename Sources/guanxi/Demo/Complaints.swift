// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// Draws the complaints: one to some thirty orders, and a stir in the last days, so that there is
/// always something to be answered.
struct Complaints {
    /// How many came in the last days, and how many hours lie between them.
    private static let recent = (count: 14, hours: 6)

    private let calendar: DemoCalendar

    init(_ calendar: DemoCalendar) {
        self.calendar = calendar
    }

    /// The complaints in order of time.
    func make(about orders: [DemoOrder], _ random: inout SplitMix64) -> [DemoComplaint] {
        guard !orders.isEmpty else { return [] }
        let end = calendar.zone.startOfDay(calendar.today.adding(days: 1))
        let old = orders.filter { _ in random.happens(0.033) }.compactMap { order in
            let complaint = late(about: order, &random)
            return complaint.receivedAt < end ? complaint : nil
        }
        let stir = (0..<Self.recent.count).compactMap { place in
            let hours = Double(place * Self.recent.hours) + random.number(in: 0.1...5.5)
            let at = end.adding(milliseconds: -Int64(hours * 3_600_000))
            let delivered = orders.filter { $0.placedAt < at }
            return delivered.isEmpty
                ? nil : fresh(place, about: random.pick(delivered), at: at, &random)
        }
        return (old + stir).sorted { $0.receivedAt < $1.receivedAt }
    }

    /// One about an order of some days ago: most are answered in time, some late, a few not.
    private func late(about order: DemoOrder, _ random: inout SplitMix64) -> DemoComplaint {
        let day = calendar.zone.day(of: order.placedAt).adding(days: random.number(in: 1...18))
        let receivedAt = calendar.instant(&random, on: day, order.customer.isFirm ? .firm : .home)
        let isLate = random.happens(0.12)
        let hours =
            isLate
            ? random.number(in: 25...90) : min(random.logNormal(median: 4, spread: 0.9), 23)
        let isAnswered = !random.happens(0.012)
        let answeredAt = receivedAt.adding(milliseconds: Int64(hours * 3_600_000))
        let isClosed = isAnswered && !random.happens(0.03)
        let days = random.number(in: isLate ? 4...20 : 1...6)
        return DemoComplaint(
            order: order,
            text: ComplaintText.draw(&random, about: order.product),
            channel: Self.channels.draw(&random),
            severity: Self.severities.draw(&random),
            receivedAt: receivedAt,
            answeredAt: isAnswered ? answeredAt : nil,
            closedAt: isClosed
                ? calendar.deskInstant(&random, days: days, after: answeredAt) : nil
        )
    }

    /// One of the last days: every third waits, some are answered late.
    private func fresh(
        _ place: Int,
        about order: DemoOrder,
        at receivedAt: Instant,
        _ random: inout SplitMix64
    ) -> DemoComplaint {
        let hours: Double? =
            switch place % 3 {
            case 0: nil
            case 1: random.number(in: 0.5...3.5)
            default: random.number(in: 3.0...30)
            }
        return DemoComplaint(
            order: order,
            text: ComplaintText.draw(&random, about: order.product),
            channel: Self.channels.draw(&random),
            severity: Self.severities.draw(&random),
            receivedAt: receivedAt,
            answeredAt: hours.map { receivedAt.adding(milliseconds: Int64($0 * 3_600_000)) },
            closedAt: nil
        )
    }

    private static let channels = Weighted<Complaint.Channel>([
        (.callCenter, 26), (.freePhone, 20), (.hotline, 14), (.web, 20), (.email, 9), (.visit, 5),
        (.commentBook, 3), (.suggestionBox, 2), (.letter, 1),
    ])

    private static let severities = Weighted<Complaint.Severity>([
        (.low, 22), (.normal, 55), (.high, 18), (.critical, 5),
    ])
}

/// A complaint of the demo.
struct DemoComplaint: Sendable {
    let order: DemoOrder
    let text: ComplaintText
    let channel: Complaint.Channel
    let severity: Complaint.Severity
    let receivedAt: Instant
    let answeredAt: Instant?
    let closedAt: Instant?

    var reply: ComplaintReply {
        ComplaintReply(
            text: text.reply.filled(order.customer.polite, order.product.name),
            channel: channel == .email || channel == .web ? .email : .callCenter
        )
    }

    /// The complaint as it is known at an instant.
    func record(
        externalID: String,
        order id: ID<Order>?,
        knownAt now: Instant
    ) -> NewComplaint {
        NewComplaint(
            customer: .success(order.customer.name),
            details: ComplaintDetails(
                channel: channel,
                subject: text.subject.filled(order.customer.polite, order.product.name),
                description: text.description?.filled(order.customer.polite, order.product.name),
                cause: text.cause,
                severity: severity,
                orderID: id,
                externalID: externalID
            ),
            receivedAt: receivedAt,
            answeredAt: answeredAt.flatMap { $0 <= now ? $0 : nil },
            closedAt: closedAt.flatMap { $0 <= now ? $0 : nil }
        )
    }
}
