// SPDX-License-Identifier: Apache-2.0

/// What is known of a complaint while it is being recorded.
package struct ComplaintSketch: Sendable {
    package let subject: String
    package let description: String?
    package let productID: ID<Product>?
    package let orderID: ID<Order>?

    package init(
        subject: String,
        description: String? = nil,
        productID: ID<Product>? = nil,
        orderID: ID<Order>? = nil
    ) {
        self.subject = subject
        self.description = description
        self.productID = productID
        self.orderID = orderID
    }
}

/// A known problem that a complaint may be about, and why.
package struct ArticleSuggestion: Sendable {
    package struct Reason: Sendable, Equatable {
        package enum Code: String, Sendable, CaseIterable {
            /// The complaint says what the problem says.
            case text
            /// The problem is one of the product, or of one that was ordered.
            case product
            /// It has helped others.
            case success
        }

        package let code: Code
        package let text: String
        package let points: Int
    }

    package let article: Article
    package let reasons: [Reason]

    package var score: Int { reasons.reduce(0) { $0 + $1.points } }

    /// For texts that say the same.
    static let mostForText = 100
    static let forProduct = 20
    /// Where it helped everybody.
    static let mostForSuccess = 10
    /// So few points of text alone suggest nothing.
    static let fewestForText = 10
    /// So many of the words that are shared are told.
    static let mostWords = 5
}
