// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ProductStore: Sendable {
    private static let columns = """
        p.id, p.sku, p.name, p.category, p.unit_price, p.unit_cost, p.version, p.created_at,
        p.updated_at, p.launched_on, p.expected_life_days
        """

    private static let findByID = "SELECT \(columns) FROM product p WHERE p.id = $1"

    func find(_ id: ID<Product>, in snapshot: Snapshot) throws(SQLiteError) -> Product? {
        try snapshot.first(Self.findByID, id, read: Self.product)
    }

    func id(sku: String, in snapshot: Snapshot) throws(SQLiteError) -> ID<Product>? {
        try snapshot.first(
            "SELECT id FROM product WHERE sku = $1",
            sku
        ) { row throws(SQLiteError) in try row[0] }
    }

    func unitCost(sku: String, in snapshot: Snapshot) throws(SQLiteError) -> Money? {
        let cost: Money?? = try snapshot.first(
            "SELECT unit_cost FROM product WHERE sku = $1",
            sku
        ) { row throws(SQLiteError) in try row[0] }
        return cost ?? nil
    }

    func page(
        _ filter: ProductFilter,
        _ request: PageRequest<ProductSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Product> {
        var select = PagedSelect(Self.columns, from: "product p")
        select.filter("p.sku = $?", filter.sku)
        select.filter("p.category = $?", filter.category)
        return try select.page(
            request,
            key: [request.sorting == .id ? "p.id" : "p.sku"],
            in: snapshot,
            read: Self.product
        ) { product in
            [request.sorting == .id ? product.id.stored : product.details.sku.stored]
        }
    }

    func insert(
        _ details: ProductDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Product>? {
        try transaction.first(
            """
            INSERT INTO product (sku, name, category, unit_price, unit_cost, launched_on,
                expected_life_days, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8)
            RETURNING id
            """,
            details.sku,
            details.name,
            details.category,
            details.unitPrice,
            details.unitCost,
            details.launchedOn,
            details.expectedLifeDays,
            now
        ) { row throws(SQLiteError) in try row[0] }
    }

    func update(
        _ id: ID<Product>,
        to details: ProductDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE product SET sku = $2, name = $3, category = $4, unit_price = $5,
                unit_cost = $6, launched_on = $7, expected_life_days = $8,
                version = version + 1, updated_at = $9
            WHERE id = $1
            """,
            id,
            details.sku,
            details.name,
            details.category,
            details.unitPrice,
            details.unitCost,
            details.launchedOn,
            details.expectedLifeDays,
            now
        )
    }

    private static func product(_ row: borrowing Row) throws(SQLiteError) -> Product {
        try Product(
            id: row[0],
            details: ProductDetails(
                sku: row[1],
                name: row[2],
                category: row[3],
                unitPrice: row[4],
                unitCost: row[5],
                launchedOn: row[9],
                expectedLifeDays: row[10]
            ),
            version: row[6],
            createdAt: row[7],
            updatedAt: row[8]
        )
    }
}
