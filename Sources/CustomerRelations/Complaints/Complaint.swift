// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A complaint (投诉): one record whatever door it came through (M56).
package struct Complaint: Sendable {
    /// The doors (M56, 投诉渠道).
    package enum Channel: String, Sendable, CaseIterable, ColumnValue {
        case freePhone = "free-phone"
        case hotline
        case web
        case suggestionBox = "suggestion-box"
        case commentBook = "comment-book"
        case email
        case visit
        case letter
        case callCenter = "call-center"
    }

    /// Why customers complain (M58, 投诉原因).
    package enum Cause: String, Sendable, CaseIterable, ColumnValue {
        case productQuality = "product-quality"
        case serviceQuality = "service-quality"
        case staffAttitude = "staff-attitude"
        case brokenPromise = "broken-promise"
        case misleadingPromotion = "misleading-promotion"
        case delivery
        case priceBilling = "price-billing"
        case other
    }

    package enum Severity: String, Sendable, CaseIterable, ColumnValue {
        case low
        case normal
        case high
        case critical
    }

    package enum Status: String, Sendable, CaseIterable, ColumnValue {
        case open
        case waitingCustomer = "waiting-customer"
        case closed
    }

    /// The four steps (M59, 四步曲), and their end.
    package enum Step: String, Sendable, CaseIterable, ColumnValue {
        case listen
        case assess
        case remedy
        case followUp = "follow-up"
        case done
    }

    /// The two clocks of a complaint (M60, 24 小时答复).
    package enum Clock: String, Sendable, CaseIterable {
        case answer
        case remedy
    }

    package let id: ID<Complaint>
    package let customer: CustomerReference
    package let details: ComplaintDetails
    package let state: ComplaintState
    package let history: [ComplaintAction]
    /// The clocks that ran out, as of the instant of reading.
    package let breached: [Clock]
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
}

/// What is recorded of a complaint, and may be corrected.
package struct ComplaintDetails: Sendable, Equatable {
    package let channel: Complaint.Channel
    package let subject: String
    package let description: String?
    package let cause: Complaint.Cause?
    /// One of those that the policy has of the cause.
    package let causeDetail: String?
    package let severity: Complaint.Severity
    package let orderID: ID<Order>?
    package let externalID: String?

    package init(
        channel: Complaint.Channel,
        subject: String,
        description: String? = nil,
        cause: Complaint.Cause? = nil,
        causeDetail: String? = nil,
        severity: Complaint.Severity = .normal,
        orderID: ID<Order>? = nil,
        externalID: String? = nil
    ) {
        self.channel = channel
        self.subject = subject
        self.description = description
        self.cause = cause
        self.causeDetail = causeDetail
        self.severity = severity
        self.orderID = orderID
        self.externalID = externalID
    }
}

extension ComplaintDetails {
    func with(causeDetail: String?) -> ComplaintDetails {
        ComplaintDetails(
            channel: channel,
            subject: subject,
            description: description,
            cause: cause,
            causeDetail: causeDetail,
            severity: severity,
            orderID: orderID,
            externalID: externalID
        )
    }
}

/// A complaint as it comes in.
package struct NewComplaint: Sendable {
    /// Whose it is; a failure to say so is told with all else that is wrong with the complaint.
    package let customer: Result<CustomerName, ServiceError>
    package var details: ComplaintDetails
    /// Nil for now.
    package let receivedAt: Instant?
    /// Of a complaint that was answered or closed elsewhere before it moved in.
    package let answeredAt: Instant?
    package let closedAt: Instant?

    package init(
        customer: Result<CustomerName, ServiceError>,
        details: ComplaintDetails,
        receivedAt: Instant? = nil,
        answeredAt: Instant? = nil,
        closedAt: Instant? = nil
    ) {
        self.customer = customer
        self.details = details
        self.receivedAt = receivedAt
        self.answeredAt = answeredAt
        self.closedAt = closedAt
    }
}

extension NewComplaint {
    /// The state that it begins in.
    func state(receivedAt: Instant, _ deadlines: ComplaintDeadlines) -> ComplaintState {
        var state = ComplaintState(receivedAt: receivedAt, deadlines: deadlines)
        // Closing stops both clocks.
        state.answeredAt = answeredAt ?? closedAt
        if let closedAt {
            state.status = .closed
            state.step = .done
            state.remediedAt = closedAt
            state.closedAt = closedAt
        }
        return state
    }

    /// The complaint as it is stored under an id.
    func stored(
        as id: ID<Complaint>,
        of customer: CustomerReference,
        state: ComplaintState,
        history: [ComplaintAction],
        at now: Instant
    ) -> Complaint {
        Complaint(
            id: id,
            customer: customer,
            details: details,
            state: state,
            history: history,
            breached: state.breached(at: now),
            version: 1,
            createdAt: now,
            updatedAt: now
        )
    }
}

/// When an answer and a remedy are due (M60).
package struct ComplaintDeadlines: Sendable, Equatable {
    package let answerDueAt: Instant
    package let remedyDueAt: Instant
}

/// Other deadlines for a complaint, with those before them and what they rest on (M60).
package struct ComplaintDeadlineChange: Sendable {
    package let deadlines: ComplaintDeadlines
    package let old: ComplaintDeadlines
    package let tier: Tier?
    package let policy: Int
}

/// Something that was done about a complaint.
package struct ComplaintAction: Sendable, Equatable {
    package let at: Instant
    package let actor: String
    package let action: String
    /// What was said and decided, as JSON text.
    package let details: String

    package init(at: Instant, actor: String, action: String, details: String) {
        self.at = at
        self.actor = actor
        self.action = action
        self.details = details
    }
}

/// The substantive answer that stops the answer clock (M60).
package struct ComplaintReply: Sendable, Equatable {
    package let text: String
    package let channel: Interaction.Channel

    package init(text: String, channel: Interaction.Channel) {
        self.text = text
        self.channel = channel
    }
}

/// A clock that runs out, or has run out, and who has to know (M60).
package struct ComplaintAlarm: Sendable {
    /// The ladder that a complaint goes up.
    package enum Rung: String, Sendable, CaseIterable {
        /// Who handles the complaint.
        case owner
        /// Who looks after the customer.
        case manager
        /// Who answers for the desk.
        case leader
    }

    package let clock: Complaint.Clock
    package let dueAt: Instant
    /// The rung that was reached: each passes to the next one up while nobody is there.
    package let addressee: Rung
    /// Nil while nobody is there up to the leader.
    package let addresseeID: ID<StaffMember>?
}

extension Complaint {
    var alarms: ComplaintAlarms { ComplaintAlarms(id, state) }
}

/// What a list of complaints is narrowed to.
package struct ComplaintFilter: Sendable {
    package var text: String?
    package var status: Complaint.Status?
    package var step: Complaint.Step?
    package var customerID: ID<Customer>?
    package var assigneeID: ID<StaffMember>?
    package var tier: Tier?
    package var breached: Complaint.Clock?
    package var cause: Complaint.Cause?
    package var causeDetail: String?
    package var articleID: ID<Article>?
    package var since: Instant?
    package var until: Instant?
    /// Only those that wait for their first answer.
    package var isUnanswered = false
    /// Only those that are not closed.
    package var isOpen = false

    package init(
        text: String? = nil,
        status: Complaint.Status? = nil,
        step: Complaint.Step? = nil,
        customerID: ID<Customer>? = nil,
        assigneeID: ID<StaffMember>? = nil,
        tier: Tier? = nil,
        breached: Complaint.Clock? = nil,
        cause: Complaint.Cause? = nil,
        causeDetail: String? = nil,
        articleID: ID<Article>? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.text = text
        self.status = status
        self.step = step
        self.customerID = customerID
        self.assigneeID = assigneeID
        self.tier = tier
        self.breached = breached
        self.cause = cause
        self.causeDetail = causeDetail
        self.articleID = articleID
        self.since = since
        self.until = until
    }
}

/// The orders in which complaints are listed.
package enum ComplaintSorting: String, Sendable, CaseIterable {
    case receivedAt
    case answerDueAt
    case id
    /// Key customers first (M31), then whoever has waited longest.
    case lane
}
