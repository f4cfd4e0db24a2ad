// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension Article: Versioned {}

extension ArticleDetails {
    static let fields: Fields<ArticleDetails> = Fields(
        "NewArticle",
        ArticleDetails.init,
        readOnly: [
            "id", "complaints", "tried", "helped", "successRate", "version", "createdAt",
            "updatedAt", "archivedAt",
        ],
        Field("problem", \.problem, .string(maxLength: 500), "What goes wrong, in a sentence."),
        Field(optional: "fix", \.fix, .string(maxLength: 10_000), "What solves it."),
        Field(
            "productIds",
            \.productIDs,
            .array(of: .id(), maxItems: 100),
            default: [],
            "The products that have it; none if it is about no product."
        )
    )
}

extension Article {
    static let fields: Representation<Article> = Representation(
        "Article",
        [Member("id", \.id, .id())]
            + ArticleDetails.fields.representation.lifted(\.details) + [
                Member(
                    "complaints",
                    \.outcome.complaints,
                    .integer(0...Int.max),
                    "How many complaints are about it."
                ),
                Member(
                    "tried",
                    \.outcome.tried,
                    .integer(0...Int.max),
                    "How many of them were followed up."
                ),
                Member(
                    "helped",
                    \.outcome.helped,
                    .integer(0...Int.max),
                    "How many of those customers it helped."
                ),
                Member(
                    "successRate",
                    \.outcome.successRate,
                    .number(0...1),
                    "`helped` of `tried`; absent while nobody was asked."
                ),
                Member("version", \.version, .integer(1...Int.max)),
                Member("createdAt", \.createdAt, .instant),
                Member("updatedAt", \.updatedAt, .instant),
                Member("archivedAt", \.archivedAt, .instant),
            ]
    )
}

extension ArticleFilter {
    static let fields: Fields<ArticleFilter> = Fields(
        nil,
        ArticleFilter.init,
        Field(optional: "q", \.text, .string(maxLength: 200), "Part of problem or fix."),
        Field(optional: "productId", \.productID, .id(), "Problems of this product."),
        Field(optional: "complaintId", \.complaintID, .id(), "What this complaint is about.")
    )
}

/// The known problem that a complaint is about.
struct ArticleLink: Sendable {
    let articleID: ID<Article>

    static let body: Fields<ArticleLink> = Fields(
        "ArticleLink",
        ArticleLink.init,
        Field("articleId", \.articleID, .id())
    )

    /// What the journal says of the article.
    static let fields: Representation<ID<Complaint>> = Representation(
        "ComplaintLink",
        [Member("complaintId", \.self, .id())]
    )
}

// MARK: - Suggestions

/// A complaint that is being recorded, and how many suggestions are wanted.
struct SuggestionQuery: Sendable {
    let sketch: ComplaintSketch
    let limit: Int

    static let fields: Fields<SuggestionQuery> = Fields(
        nil,
        {
            SuggestionQuery(
                sketch: ComplaintSketch(
                    subject: $0,
                    description: $1,
                    productID: $2,
                    orderID: $3
                ),
                limit: $4
            )
        },
        Field("subject", \.sketch.subject, .string(maxLength: 200), "As far as it is typed."),
        Field(optional: "description", \.sketch.description, .string(maxLength: 2_000)),
        Field(optional: "productId", \.sketch.productID, .id(), "What it is about."),
        Field(optional: "orderId", \.sketch.orderID, .id(), "The order that it is about."),
        Field("limit", \.limit, .integer(1...20), default: 5)
    )
}

/// What an answer holds.
struct ArticleSuggestions: Sendable {
    let items: [ArticleSuggestion]

    static let fields: Representation<ArticleSuggestions> = Representation(
        "ArticleSuggestions",
        [
            Member(
                "items",
                \.items,
                .array(of: .object(ArticleSuggestion.fields)),
                "The likeliest first; none that neither says the same nor is about the product."
            )
        ]
    )
}

extension ArticleSuggestion {
    static let fields: Representation<ArticleSuggestion> = Representation(
        "ArticleSuggestion",
        [
            Member("article", \.article, .object(Article.fields)),
            Member("score", \.score, .integer(0...200), "The sum of the reasons' points."),
            Member("reasons", \.reasons, .array(of: .object(Reason.fields))),
        ]
    )
}

extension ArticleSuggestion.Reason {
    static let fields: Representation<ArticleSuggestion.Reason> = Representation(
        "ArticleSuggestionReason",
        [
            Member("code", \.code, .enumeration()),
            Member("text", \.text, .string(maxLength: 3_000)),
            Member("points", \.points, .integer(0...100)),
        ]
    )
}
