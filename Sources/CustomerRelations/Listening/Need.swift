// SPDX-License-Identifier: Apache-2.0

/// Something that a customer needs (M45), said or found out.
package struct Need: Sendable {
    package let id: ID<Need>
    package let customerID: ID<Customer>
    package let details: NeedDetails
    /// In which it was raised.
    package let meetingID: ID<Meeting>?
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
}

/// What may be said of a need otherwise later.
package struct NeedDetails: Sendable, Equatable {
    package static let importances = 1...10

    package let text: String
    /// 10 is most.
    package let importance: Int

    package init(text: String, importance: Int) {
        self.text = text
        self.importance = importance
    }
}

/// The orders in which needs are listed.
package enum NeedSorting: String, Sendable, CaseIterable {
    case importance
    case id
}
