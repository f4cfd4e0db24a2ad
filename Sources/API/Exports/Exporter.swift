// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import JSON
import Routing
package import SQLite

/// What can be exported.
package enum ExportKind: String, Sendable, CaseIterable {
    case customers
    case contacts
    case orders
    case interactions
    case complaints
    case tiers
}

/// How far an export has come.
package struct ExportProgress: Sendable {
    package let rows: Int
    package let totalRows: Int
}

/// Writes all records of one kind in the formats that imports read, page by page.
///
/// There stands what an import takes, and nothing else: what is exported from one database can be
/// imported into another. Records name their customer by its external id, or, where it has none,
/// by the id that it has in this database. Tiers are derived, and only exported.
package struct Exporter: Sendable {
    private let services: Services

    package init(services: Services) {
        self.services = services
    }

    /// Hands over the text piece by piece, each page read on a view of its own.
    package func write(
        _ kind: ExportKind,
        as format: ExchangeFormat,
        from connection: Connection,
        at now: Instant,
        progress: @escaping (ExportProgress) -> Void = { _ in },
        to sink: @escaping ([UInt8]) throws -> Void
    ) throws {
        let output = Output(format, connection, progress, sink)
        switch kind {
        case .customers: try output.write(customers)
        case .contacts: try output.write(contacts)
        case .orders: try output.write(orders)
        case .interactions: try output.write(interactions)
        case .complaints: try output.write(complaints(at: now))
        case .tiers: try output.write(tiers)
        }
    }
}

// MARK: - Kinds

/// How one kind is read and written.
private struct Export<Record, Row> {
    typealias PageReader<Sorting: Sendable> =
        (PageRequest<Sorting>, Snapshot) throws -> Page<Record>

    let rows: Representation<Row>
    /// How many places each list takes up.
    let places: (Snapshot) throws -> [String: Int]
    let page: (_ after: [StoredValue]?, _ counts: Bool, Snapshot) throws -> Page<Record>
    let row: (Record, Snapshot) throws -> Row

    init<Sorting: Sendable>(
        _ rows: Representation<Row>,
        by sorting: Sorting,
        places: @escaping (Snapshot) throws -> [String: Int] = { _ in [:] },
        page: @escaping PageReader<Sorting>,
        row: @escaping (Record, Snapshot) throws -> Row
    ) {
        self.rows = rows
        self.places = places
        self.page = { after, counts, snapshot in
            let request = PageRequest(limit: 500, after: after, sorting: sorting, counts: counts)
            return try page(request, snapshot)
        }
        self.row = row
    }
}

extension Exporter {
    private var customers: Export<Customer, CustomerDetails> {
        Export(
            CustomerDetails.fields.representation,
            by: CustomerSorting.id,
            places: { try services.customers.places(in: $0) },
            page: { try services.customers.list(CustomerFilter(), $0, in: $1) },
            row: { customer, _ in customer.details }
        )
    }

    private var contacts: Export<Contact, ContactInput> {
        Export(
            ContactInput.fields.representation.leaving(out: ["reportsToId"]),
            by: ContactSorting.id,
            places: { try services.contacts.places(in: $0) },
            page: { try services.contacts.list(ContactFilter(), $0, in: $1) },
            row: { contact, snapshot in
                ContactInput(
                    exporting: contact,
                    of: try name(of: contact.customerID, in: snapshot),
                    reportingTo: try contact.details.reportsToID.flatMap {
                        try services.contacts.externalID(of: $0, in: snapshot)
                    }
                )
            }
        )
    }

    private var orders: Export<Order, OrderInput> {
        Export(
            OrderInput.fields.representation,
            by: OrderSorting.id,
            places: { try services.orders.places(in: $0) },
            page: { try services.orders.list(.uncancelled, $0, in: $1) },
            row: { order, _ in OrderInput(exporting: order) }
        )
    }

    private var interactions: Export<Interaction, InteractionInput> {
        Export(
            InteractionInput.fields.representation.leaving(
                out: ["contactIds", "staffIds", "complaintId"]
            ),
            by: InteractionSorting.id,
            places: { try services.interactions.places(in: $0) },
            page: { try services.interactions.list(InteractionFilter(), $0, in: $1) },
            row: { interaction, snapshot in
                let name = try name(of: interaction.customerID, in: snapshot)
                return InteractionInput(exporting: interaction, of: name)
            }
        )
    }

    private func complaints(at now: Instant) -> Export<Complaint, ExportedComplaint> {
        Export(
            ExportedComplaint.fields,
            by: ComplaintSorting.id,
            page: { try services.complaints.list(ComplaintFilter(), $0, at: now, in: $1) },
            row: { complaint, snapshot in
                let name = try name(of: complaint.customer.id, in: snapshot)
                return ExportedComplaint(complaint, of: name)
            }
        )
    }

    private var tiers: Export<TierStanding, TierStanding> {
        Export(
            TierStanding.fields,
            by: TierSorting.rank,
            places: { _ in ["reasons": TierReason.limit] },
            page: { try services.tiers.list(TierFilter(), $0, in: $1) },
            row: { standing, _ in standing }
        )
    }

    private func name(of id: ID<Customer>, in snapshot: Snapshot) throws -> CustomerName {
        try services.customers.externalID(of: id, in: snapshot).map(CustomerName.externalID)
            ?? .id(id)
    }
}

// MARK: - Writing

private struct Output {
    let format: ExchangeFormat
    let connection: Connection
    let progress: (ExportProgress) -> Void
    let sink: ([UInt8]) throws -> Void

    init(
        _ format: ExchangeFormat,
        _ connection: Connection,
        _ progress: @escaping (ExportProgress) -> Void,
        _ sink: @escaping ([UInt8]) throws -> Void
    ) {
        self.format = format
        self.connection = connection
        self.progress = progress
        self.sink = sink
    }

    func write<Record, Row>(_ export: Export<Record, Row>) throws {
        let places = try connection.read { try export.places($0) }
        let table = TableWriter(export.rows.schema, places: places)
        if format == .csv { try sink(table.header) }
        var next: [StoredValue]?
        var total: Int?
        var count = 0
        repeat {
            let (rows, page) = try connection.read { snapshot in
                let page = try export.page(next, total == nil, snapshot)
                return (try page.rows.map { try export.row($0, snapshot) }, page)
            }
            if !rows.isEmpty { try sink(text(of: rows, export.rows, table)) }
            total = total ?? page.count ?? 0
            count += rows.count
            progress(ExportProgress(rows: count, totalRows: max(total ?? 0, count)))
            next = page.next
        } while next != nil
    }

    private func text<Row>(
        of rows: [Row],
        _ representation: Representation<Row>,
        _ table: TableWriter
    ) throws -> [UInt8] {
        switch format {
        case .csv: try table.rows(try rows.map { try JSONReader.read(representation.bytes($0)) })
        case .ndjson: rows.flatMap { representation.bytes($0) + [UInt8(ascii: "\n")] }
        }
    }
}
