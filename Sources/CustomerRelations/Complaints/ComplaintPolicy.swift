// SPDX-License-Identifier: Apache-2.0
import SQLite

/// What the complaint desk promises, as it was put in force at some time (M57, M60).
package struct ComplaintPolicy: Sendable, Equatable {
    package let version: Int
    package let terms: ComplaintTerms
    package let createdAt: Instant
}

/// How long the desk has, who answers for it, and where complaints are taken.
package struct ComplaintTerms: Sendable, Equatable {
    package static let hours = 1...720
    package static let days = 1...90
    /// The most holidays that are kept.
    package static let holidayLimit = 500
    package static let businessHoursLimit = 50
    /// The most details that are kept of a cause, and how long each may be.
    package static let causeDetailLimit = 50
    package static let causeDetailLength = 100

    /// Hours of wall clock until the first answer is due; of a key customer.
    package let answerHours: Int
    package let keyAnswerHours: Int
    /// Business days until the remedy is due; of a key customer.
    package let remedyDays: Int
    package let keyRemedyDays: Int
    /// When the desk works, in whatever order; all of Monday to Friday, if empty.
    package let businessHours: [WorkingInterval]
    /// Days that are no business days in any case.
    package let holidays: [CalendarDay]
    /// To whom a breach is addressed.
    package let leaderID: ID<StaffMember>?
    package let contact: ComplaintContact
    /// The second level of the causes (M58), in whatever order.
    package let causeDetails: [CauseDetails]

    package init(
        answerHours: Int,
        keyAnswerHours: Int,
        remedyDays: Int,
        keyRemedyDays: Int,
        businessHours: [WorkingInterval] = [],
        holidays: [CalendarDay] = [],
        leaderID: ID<StaffMember>? = nil,
        contact: ComplaintContact = ComplaintContact(),
        causeDetails: [CauseDetails] = []
    ) {
        self.answerHours = answerHours
        self.keyAnswerHours = keyAnswerHours
        self.remedyDays = remedyDays
        self.keyRemedyDays = keyRemedyDays
        self.businessHours = businessHours
        self.holidays = Set(holidays).sorted { $0.daysSinceEpoch < $1.daysSinceEpoch }
        self.leaderID = leaderID
        self.contact = contact
        self.causeDetails = causeDetails
    }

    /// The details of a cause.
    func details(of cause: Complaint.Cause?) -> [String] {
        causeDetails.first { $0.cause == cause }?.details ?? []
    }

    /// A detail of a cause as it is listed, however its width and case are given.
    func detail(_ detail: String, of cause: Complaint.Cause?) -> String? {
        let folded = TextFolding.fold(detail)
        return details(of: cause).first { TextFolding.fold($0) == folded }
    }

    /// What must not be: a key customer who waits longer than others, and what is listed twice.
    var refusals: [ServiceError.Refusal] {
        var refusals: [ServiceError.Refusal] = []
        if keyAnswerHours > answerHours {
            refusals.append(.init("/keyAnswerHours", "must not be more than answerHours"))
        }
        if keyRemedyDays > remedyDays {
            refusals.append(.init("/keyRemedyDays", "must not be more than remedyDays"))
        }
        for (place, one) in causeDetails.enumerated() {
            let pointer = "/causeDetails/\(place)"
            if causeDetails.prefix(place).contains(where: { $0.cause == one.cause }) {
                refusals.append(.init(pointer + "/cause", "is listed before"))
            }
            if one.details.isEmpty {
                refusals.append(.init(pointer + "/details", "must not be empty"))
            }
            let folded = one.details.map(TextFolding.fold)
            for (place, detail) in one.details.enumerated() {
                let pointer = pointer + "/details/\(place)"
                if detail.first?.isWhitespace == true || detail.last?.isWhitespace == true {
                    refusals.append(.init(pointer, "must not begin or end with a blank"))
                } else if folded.prefix(place).contains(folded[place]) {
                    refusals.append(.init(pointer, "is listed before"))
                }
            }
        }
        return refusals
    }
}

/// What a cause is told apart by (M58).
package struct CauseDetails: Sendable, Equatable {
    package let cause: Complaint.Cause
    package let details: [String]

    package init(cause: Complaint.Cause, details: [String]) {
        self.cause = cause
        self.details = details
    }
}

/// Who takes complaints, and how (M57, 部门/联系方式公示).
package struct ComplaintContact: Sendable, Equatable {
    package let department: String?
    package let phone: String?
    package let email: String?
    package let address: String?
    package let openingHours: String?

    package init(
        department: String? = nil,
        phone: String? = nil,
        email: String? = nil,
        address: String? = nil,
        openingHours: String? = nil
    ) {
        self.department = department
        self.phone = phone
        self.email = email
        self.address = address
        self.openingHours = openingHours
    }
}
