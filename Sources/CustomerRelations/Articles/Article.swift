// SPDX-License-Identifier: Apache-2.0

/// A known problem and how it is solved (M78, 问题与解决方案库).
package struct Article: Sendable {
    package let id: ID<Article>
    package let details: ArticleDetails
    package let outcome: Outcome
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
    package let archivedAt: Instant?

    /// What became of the complaints that are about the problem.
    package struct Outcome: Sendable, Equatable {
        /// How many there are.
        package let complaints: Int
        /// How many of their customers were asked whether it helped.
        package let tried: Int
        /// How many said that it did.
        package let helped: Int

        package init(complaints: Int, tried: Int, helped: Int) {
            self.complaints = complaints
            self.tried = tried
            self.helped = helped
        }

        /// The share of those asked whom it helped; nil while nobody was.
        package var successRate: Double? {
            tried == 0 ? nil : Double(helped) / Double(tried)
        }
    }
}

/// What is recorded of a known problem.
package struct ArticleDetails: Sendable, Equatable {
    package let problem: String
    /// Nil while nobody knows one.
    package let fix: String?
    /// The products that have the problem; none if it is about no product.
    package let productIDs: [ID<Product>]

    package init(problem: String, fix: String? = nil, productIDs: [ID<Product>] = []) {
        self.problem = problem
        self.fix = fix
        self.productIDs = productIDs
    }
}

/// What a list of known problems is narrowed to.
package struct ArticleFilter: Sendable {
    package let text: String?
    package let productID: ID<Product>?
    package let complaintID: ID<Complaint>?

    package init(
        text: String? = nil,
        productID: ID<Product>? = nil,
        complaintID: ID<Complaint>? = nil
    ) {
        self.text = text
        self.productID = productID
        self.complaintID = complaintID
    }
}

/// The orders in which known problems are listed.
package enum ArticleSorting: String, Sendable, CaseIterable {
    case id
    case updatedAt
}
