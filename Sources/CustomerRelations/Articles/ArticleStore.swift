// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ArticleStore: Sendable {
    static let index = SearchIndex(of: "article")

    /// The columns that `article(_:in:)` reads, of `article AS a`.
    private static let columns = """
        a.id, a.problem, a.fix, a.version, a.created_at, a.updated_at, a.archived_at
        """

    private static let findByID = "SELECT \(columns) FROM article a WHERE a.id = $1"

    func find(_ id: ID<Article>, in snapshot: Snapshot) throws(SQLiteError) -> Article? {
        try snapshot.first(Self.findByID, id) { row throws(SQLiteError) in
            try article(row, in: snapshot)
        }
    }

    func page(
        _ filter: ArticleFilter,
        _ request: PageRequest<ArticleSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Article> {
        var select = PagedSelect(Self.columns, from: "article a")
        select.filter("a.archived_at IS NULL")
        select.filter(
            """
            a.id IN (SELECT p.article_id FROM article_product p WHERE p.product_id = $?)
            """,
            filter.productID
        )
        select.filter(
            """
            a.id IN (SELECT x.article_id FROM article_complaint x WHERE x.complaint_id = $?)
            """,
            filter.complaintID
        )
        select.search(
            Self.index,
            of: "a",
            for: filter.text,
            isNarrow: filter.complaintID != nil
        )
        return try select.page(request, key: request.sorting.key, in: snapshot) {
            row throws(SQLiteError) in
            try article(row, in: snapshot)
        } keyOf: { article in
            request.sorting.key(of: article)
        }
    }

    func insert(
        _ details: ArticleDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Article>? {
        let searchText = details.searchText
        let inserted = try transaction.insert(
            """
            INSERT INTO article (problem, fix, search_text, version, created_at, updated_at)
            VALUES ($1, $2, $3, 1, $4, $4)
            """,
            details.problem,
            details.fix,
            searchText,
            now
        )
        guard let inserted else { return nil }
        let id = ID<Article>(rawValue: inserted)
        try Self.index.insert(searchText, of: inserted, in: transaction)
        try insertProducts(details.productIDs, of: id, in: transaction)
        return id
    }

    func update(
        _ id: ID<Article>,
        to details: ArticleDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        let searchText = details.searchText
        try Self.index.replace(of: id.rawValue, by: searchText, in: transaction)
        try transaction.run(
            """
            UPDATE article SET problem = $2, fix = $3, search_text = $4, version = version + 1,
                updated_at = $5
            WHERE id = $1
            """,
            id,
            details.problem,
            details.fix,
            searchText,
            now
        )
        try transaction.run("DELETE FROM article_product WHERE article_id = $1", id)
        try insertProducts(details.productIDs, of: id, in: transaction)
    }

    func archive(
        _ id: ID<Article>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE article SET archived_at = $2, updated_at = $2, version = version + 1
            WHERE id = $1
            """,
            id,
            now
        )
    }

    private func insertProducts(
        _ products: [ID<Product>],
        of id: ID<Article>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        for (position, product) in products.enumerated() {
            try transaction.run(
                """
                INSERT INTO article_product (article_id, position, product_id) VALUES ($1, $2, $3)
                """,
                id,
                position,
                product
            )
        }
    }

    private func article(
        _ row: borrowing Row,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Article {
        let id: ID<Article> = try row[0]
        return try Article(
            id: id,
            details: ArticleDetails(
                problem: row[1],
                fix: row[2],
                productIDs: products(of: id, in: snapshot)
            ),
            outcome: outcome(of: id, in: snapshot),
            version: row[3],
            createdAt: row[4],
            updatedAt: row[5],
            archivedAt: row[6]
        )
    }

    private func products(
        of id: ID<Article>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Product>] {
        try snapshot.all(
            "SELECT product_id FROM article_product WHERE article_id = $1 ORDER BY position",
            id
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// What helped and did not last, for the complaint was reopened, has not helped.
    private func outcome(
        of id: ID<Article>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Article.Outcome {
        try snapshot.first(
            """
            SELECT count(*), count(CASE WHEN k.reopened > 0 THEN 0 ELSE k.helped END),
                coalesce(sum(CASE WHEN k.reopened > 0 THEN 0 ELSE k.helped END), 0)
            FROM article_complaint x JOIN complaint k ON k.id = x.complaint_id
            WHERE x.article_id = $1
            """,
            id
        ) { row throws(SQLiteError) in
            try Article.Outcome(complaints: row[0], tried: row[1], helped: row[2])
        } ?? Article.Outcome(complaints: 0, tried: 0, helped: 0)
    }
}

extension ArticleDetails {
    /// What is searched: a folded line for the problem, and one for the fix.
    fileprivate var searchText: String {
        [problem, fix].compactMap { $0 }.map(TextFolding.fold).joined(separator: "\n")
    }
}

extension ArticleSorting {
    fileprivate var key: [String] {
        switch self {
        case .id: ["a.id"]
        case .updatedAt: ["a.updated_at", "a.id"]
        }
    }

    fileprivate func key(of article: Article) -> [StoredValue] {
        switch self {
        case .id: [article.id.stored]
        case .updatedAt: [article.updatedAt.stored, article.id.stored]
        }
    }
}

// MARK: - Links

extension ArticleStore {
    func isLinked(
        _ id: ID<Article>,
        to complaint: ID<Complaint>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Bool {
        try snapshot.first(
            "SELECT 1 FROM article_complaint WHERE article_id = $1 AND complaint_id = $2",
            id,
            complaint
        ) { row throws(SQLiteError) in try row[0] as Int } != nil
    }

    func link(
        _ id: ID<Article>,
        to complaint: ID<Complaint>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO article_complaint (article_id, complaint_id, linked_at) VALUES ($1, $2, $3)
            """,
            id,
            complaint,
            now
        )
    }

    func unlink(
        _ id: ID<Article>,
        from complaint: ID<Complaint>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            "DELETE FROM article_complaint WHERE article_id = $1 AND complaint_id = $2",
            id,
            complaint
        )
    }
}

// MARK: - Suggestions

extension ArticleStore {
    /// Known problems of a product, the newest first.
    func articles(
        of product: ID<Product>,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Article>] {
        try snapshot.all(
            """
            SELECT article_id FROM article_product WHERE product_id = $1
            ORDER BY article_id DESC LIMIT $2
            """,
            product,
            limit
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// How many there are or were, at least one.
    func count(in snapshot: Snapshot) throws(SQLiteError) -> Int {
        // Ids follow each other, and none is given up.
        try snapshot.first(
            "SELECT coalesce(max(id), 1) FROM article"
        ) { row throws(SQLiteError) in try row[0] } ?? 1
    }

    /// The products of an order's lines; nil if there is no such order.
    func products(
        of order: ID<Order>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Product>]? {
        let found: Int64? = try snapshot.first(
            "SELECT id FROM customer_order WHERE id = $1",
            order
        ) { row throws(SQLiteError) in try row[0] }
        guard found != nil else { return nil }
        return try snapshot.all(
            """
            SELECT p.id FROM order_line l JOIN product p ON p.sku = l.sku
            WHERE l.order_id = $1 ORDER BY l.position
            """,
            order
        ) { row throws(SQLiteError) in try row[0] }
    }
}

// MARK: - Checking

extension ArticleStore {
    /// The known problems whose search text is not what their words make.
    func unfitSearchTexts(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        var unfit: [Int64] = []
        try snapshot.forEach(
            "SELECT id, problem, fix, search_text FROM article"
        ) { row throws(SQLiteError) in
            let details = try ArticleDetails(problem: row[1], fix: row[2])
            let stored: String = try row[3]
            guard stored != details.searchText else { return }
            unfit.append(try row[0])
        }
        return unfit
    }
}
