// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// What an import remembers from row to row, on the side that reads: the chunks themselves stay
/// functions of the database alone, which can be run again.
///
/// Rows without external id are numbered among those that say the same: the k-th stands for the
/// k-th such record of the database, so that twins are all created, and none of them twice. That
/// takes some 60 bytes for each such row; the rest is bounded.
package struct ImportMemory {
    /// The most customers that are remembered.
    private static let limit = 131_072

    private let store = CustomerStore()
    private let merges = MergeStore()
    private var ids: [String: ID<Customer>] = [:]
    private var externalIDs: [ID<Customer>: String?] = [:]
    private var twins: [ImportTwin: Int32] = [:]
    /// Of external ids that lead to a customer which has another one, the number of that one.
    private var aliases: [String: Int] = [:]

    package init() {}

    /// Finds the customers that the rows name, numbers the rows among their twins, and puts the
    /// rows of a customer together.
    ///
    /// Measured: chunks of such rows change a third of the pages that chunks in the order of the
    /// file do, and the disk is what an import waits for.
    @specialized(where Record == NewOrder)
    package mutating func prepare<Record>(
        _ rows: inout [ImportRow<Record>],
        in snapshot: Snapshot
    ) throws {
        for index in rows.indices {
            guard case .record(let record) = rows[index].content else { continue }
            let (customer, name) = try look(for: record.owner, in: snapshot)
            rows[index].customer = customer
            guard var twin = record.twin else { continue }
            if record.owner != nil { twin.subject = name }
            rows[index].ordinal = number(twin)
        }
        if Self.areIndependent(rows) { Self.group(&rows) }
    }

    /// Whether no two rows are about the same external id, so that only those of one customer have
    /// to keep their order.
    private static func areIndependent<Record>(_ rows: [ImportRow<Record>]) -> Bool {
        var seen = Set<String>(minimumCapacity: rows.count)
        for row in rows {
            guard case .record(let record) = row.content, let name = record.externalName else {
                continue
            }
            guard seen.insert(name).inserted else { return false }
        }
        return true
    }

    private static func group<Record>(_ rows: inout [ImportRow<Record>]) {
        let keys = rows.map { $0.customer?.rawValue ?? 0 }
        let order = rows.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
        rows = order.map { rows[$0] }
    }

    private mutating func number(_ twin: ImportTwin) -> Int {
        let number = twins[twin, default: 0] + 1
        twins[twin] = number
        return Int(number)
    }

    /// The customer, if there is one, and a number for its name, the same for its two names.
    ///
    /// The number comes from the external id where there is one, known or not, so that it stays the
    /// same when the import makes the customer.
    private mutating func look(
        for subject: CustomerName?,
        in snapshot: Snapshot
    ) throws -> (ID<Customer>?, Int) {
        switch subject {
        case nil: return (nil, 0)
        case .phone(let number): return (nil, number.e164.hashValue)
        case .externalID(let name):
            let id = try id(of: name, in: snapshot)
            return (id, aliases[name] ?? name.hashValue)
        case .id(let named):
            let id = try merges.kept(named, in: snapshot)
            guard let externalID = try externalID(of: id, in: snapshot) else {
                return (nil, id.hashValue)
            }
            return (id, externalID?.hashValue ?? id.hashValue)
        }
    }

    private mutating func id(
        of externalID: String,
        in snapshot: Snapshot
    ) throws -> ID<Customer>? {
        if let id = ids[externalID] { return id }
        guard let holder = try store.holder(of: externalID, in: snapshot) else { return nil }
        let id = try merges.kept(holder, in: snapshot)
        if id != holder {
            let own = try self.externalID(of: id, in: snapshot)
            aliases[externalID] = (own ?? nil)?.hashValue ?? id.hashValue
        }
        if ids.count == Self.limit { ids.removeAll(keepingCapacity: true) }
        ids[externalID] = id
        return id
    }

    private mutating func externalID(
        of id: ID<Customer>,
        in snapshot: Snapshot
    ) throws -> String?? {
        if let known = externalIDs[id] { return known }
        guard let externalID = try store.externalID(of: id, in: snapshot) else { return nil }
        if externalIDs.count == Self.limit { externalIDs.removeAll(keepingCapacity: true) }
        externalIDs.updateValue(externalID, forKey: id)
        return .some(externalID)
    }
}
