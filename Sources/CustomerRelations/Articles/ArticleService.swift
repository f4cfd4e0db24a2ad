// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The known problems (M78): what they are, what solves them, and how often that helped.
package struct ArticleService: Sendable {
    private let store = ArticleStore()
    private let products = ProductStore()
    private let complaints: ComplaintService
    private let journal: Journal
    private let descriptions: Descriptions

    /// What the journal says.
    package struct Descriptions: Sendable {
        let details: Describe<ArticleDetails>
        let link: Describe<ID<Complaint>>

        package init(
            details: @escaping Describe<ArticleDetails>,
            link: @escaping Describe<ID<Complaint>>
        ) {
            self.details = details
            self.link = link
        }
    }

    package init(complaints: ComplaintService, journal: Journal, descriptions: Descriptions) {
        self.complaints = complaints
        self.journal = journal
        self.descriptions = descriptions
    }

    package func find(_ id: ID<Article>, in snapshot: Snapshot) throws -> Article {
        guard let article = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return article
    }

    package func list(
        _ filter: ArticleFilter,
        _ request: PageRequest<ArticleSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Article> {
        try store.page(filter, request, in: snapshot)
    }

    package func create(
        _ details: ArticleDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Article {
        try demand(details.productIDs, in: transaction)
        guard let id = try store.insert(details, at: occasion.at, in: transaction) else {
            throw ServiceError.notFound
        }
        let changes = descriptions.details(nil, details)
        try record("created", id, changes, by: occasion, in: transaction)
        return try find(id, in: transaction)
    }

    /// Replaces what is recorded of a problem; a change that changes nothing leaves no trace.
    package func change(
        _ article: Article,
        to details: ArticleDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Article {
        guard details != article.details else { return article }
        guard article.archivedAt == nil else {
            throw ServiceError.notAllowedNow("the article is archived", allowed: [])
        }
        try demand(details.productIDs, in: transaction)
        try store.update(article.id, to: details, at: occasion.at, in: transaction)
        let changes = descriptions.details(article.details, details)
        try record("changed", article.id, changes, by: occasion, in: transaction)
        return try find(article.id, in: transaction)
    }

    /// Archives a problem that nobody has any more: it leaves lists, searches and suggestions.
    package func archive(
        _ article: Article,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard article.archivedAt == nil else { return }
        try store.archive(article.id, at: occasion.at, in: transaction)
        try record("archived", article.id, "{}", by: occasion, in: transaction)
    }

    /// Refuses products that are not there, or are named twice.
    private func demand(_ ids: [ID<Product>], in snapshot: Snapshot) throws {
        var refusals = ServiceError.doubles(ids, "/productIds")
        for (place, id) in ids.enumerated() where try products.find(id, in: snapshot) == nil {
            refusals.append(
                .init("/productIds/\(place)", "there is no product \(id.rawValue)")
            )
        }
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
    }

    private func record(
        _ action: String,
        _ id: ID<Article>,
        _ changes: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try journal.append(
            "article.\(action)",
            Subject(.article, id),
            changes: changes,
            by: occasion,
            in: transaction
        )
    }
}

// MARK: - Links

extension ArticleService {
    /// Notes that a complaint is about a known problem; once is enough.
    package func link(
        _ id: ID<Article>,
        to complaint: ID<Complaint>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Article {
        _ = try complaints.find(complaint, at: occasion.at, in: transaction)
        guard let article = try store.find(id, in: transaction) else {
            throw ServiceError.refused("/articleId", "there is no article \(id.rawValue)")
        }
        if try store.isLinked(id, to: complaint, in: transaction) { return article }
        guard article.archivedAt == nil else {
            throw ServiceError.refused("/articleId", "article \(id.rawValue) is archived")
        }
        try store.link(id, to: complaint, at: occasion.at, in: transaction)
        let changes = descriptions.link(nil, complaint)
        try record("linked", id, changes, by: occasion, in: transaction)
        return try find(id, in: transaction)
    }

    /// Takes that back.
    package func unlink(
        _ id: ID<Article>,
        from complaint: ID<Complaint>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard try store.isLinked(id, to: complaint, in: transaction) else {
            throw ServiceError.notFound
        }
        try store.unlink(id, from: complaint, in: transaction)
        let changes = descriptions.link(nil, complaint)
        try record("unlinked", id, changes, by: occasion, in: transaction)
    }
}

// MARK: - Suggestions

extension ArticleService {
    /// So many terms of a complaint are compared; more would take longer and say the same.
    private static let mostTerms = 150
    /// So many of them, the rarest, name the problems that are compared with it.
    private static let mostNaming = 12
    /// So many problems are compared, the newest, and as many of a product.
    private static let mostCompared = 100
    /// A term in as many problems or more says nothing.
    private static let mostCounted = 5_000

    /// The known problems that a complaint may be about, the likeliest first.
    package func suggest(
        for sketch: ComplaintSketch,
        limit: Int,
        in snapshot: Snapshot
    ) throws -> [ArticleSuggestion] {
        let products = try products(of: sketch, in: snapshot)
        let text = [sketch.subject, sketch.description].compactMap { $0 }.joined(separator: "\n")
        let terms = Array(TextSimilarity.terms(of: text).prefix(Self.mostTerms))
        let weights = try weights(of: terms, in: snapshot)
        let known = terms.filter { weights[$0] != nil }
        var ids: Set<ID<Article>> = []
        for product in products {
            ids.formUnion(
                try store.articles(of: product.id, limit: Self.mostCompared, in: snapshot)
            )
        }
        let rarest = known.sorted { (weights[$0] ?? 0, $0) > (weights[$1] ?? 0, $1) }
            .prefix(Self.mostNaming)
        if let naming = SearchExpression(anyOf: rarest.map { [$0] }) {
            let found = try ArticleStore.index.newest(
                naming,
                limit: Self.mostCompared,
                in: snapshot
            )
            ids.formUnion(found.map { ID(rawValue: $0) })
        }
        let similarity = TextSimilarity(weights: weights)
        return try ids.compactMap { id in
            guard let article = try store.find(id, in: snapshot) else { return nil }
            return article.suggestion(terms, similarity, products)
        }
        .sorted { ($0.score, $0.article.id) > ($1.score, $1.article.id) }
        .prefix(limit)
        .map(\.self)
    }

    private func products(
        of sketch: ComplaintSketch,
        in snapshot: Snapshot
    ) throws -> [Product] {
        var ids: [ID<Product>] = []
        if let order = sketch.orderID {
            guard let products = try store.products(of: order, in: snapshot) else {
                throw ServiceError.refused("/orderId", "there is no order \(order.rawValue)")
            }
            ids += products
        }
        if let id = sketch.productID {
            guard try products.find(id, in: snapshot) != nil else {
                throw ServiceError.refused("/productId", "there is no product \(id.rawValue)")
            }
            ids.append(id)
        }
        return try ids.compactMap { try products.find($0, in: snapshot) }
    }

    /// What each term says, those left out that no problem has.
    private func weights(
        of terms: [String],
        in snapshot: Snapshot
    ) throws -> [String: Double] {
        let all = try store.count(in: snapshot)
        var weights: [String: Double] = [:]
        for term in terms {
            guard let expression = SearchExpression(anyOf: [[term]]) else { continue }
            let count = try ArticleStore.index.count(
                expression,
                upTo: Self.mostCounted,
                in: snapshot
            )
            guard count > 0 else { continue }
            weights[term] = TextSimilarity.weight(in: count, of: all)
        }
        return weights
    }
}

extension Article {
    /// Why it fits, nil if it does not.
    fileprivate func suggestion(
        _ terms: [String],
        _ similarity: TextSimilarity,
        _ products: [Product]
    ) -> ArticleSuggestion? {
        guard archivedAt == nil else { return nil }
        var reasons: [ArticleSuggestion.Reason] = []
        let (likeness, shared) = similarity.compare(
            terms,
            with: TextSimilarity.terms(of: details.problem)
        )
        let points = Int((likeness * Double(ArticleSuggestion.mostForText)).rounded())
        if points >= ArticleSuggestion.fewestForText {
            let words = TextSimilarity.words(of: shared).prefix(ArticleSuggestion.mostWords)
            reasons.append(
                .init(
                    code: .text,
                    text: "says " + words.joined(separator: ", ") + " too",
                    points: points
                )
            )
        }
        if let product = products.first(where: { details.productIDs.contains($0.id) }) {
            reasons.append(
                .init(
                    code: .product,
                    text: "is about \(product.details.name)",
                    points: ArticleSuggestion.forProduct
                )
            )
        }
        guard !reasons.isEmpty else { return nil }
        if let rate = outcome.successRate, outcome.helped > 0 {
            reasons.append(
                .init(
                    code: .success,
                    text: "helped \(outcome.helped) of \(outcome.tried)",
                    points: Int((rate * Double(ArticleSuggestion.mostForSuccess)).rounded())
                )
            )
        }
        return ArticleSuggestion(article: self, reasons: reasons)
    }
}
