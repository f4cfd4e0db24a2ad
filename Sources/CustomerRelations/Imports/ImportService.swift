// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Imports: records that come in from files, chunk by chunk, each under its natural key.
///
/// A record with an external id is the one that has it already, or a new one; a member that its row
/// leaves out keeps what is recorded. One without is told by what it says (`ImportMemory`).
package struct ImportService: Sendable {
    /// How imports are written down.
    package struct Descriptions: Sendable {
        let imports: Describe<Import>
        let chunk: Describe<ImportChunk>

        package init(
            imports: @escaping Describe<Import>,
            chunk: @escaping Describe<ImportChunk>
        ) {
            self.imports = imports
            self.chunk = chunk
        }
    }

    private let store = ImportStore()
    private let rules: ImportRules
    private let journal: Journal
    private let descriptions: Descriptions

    package init(
        rules: ImportRules,
        journal: Journal,
        descriptions: Descriptions
    ) {
        self.rules = rules
        self.journal = journal
        self.descriptions = descriptions
    }

    package func find(_ id: ID<Import>, in snapshot: Snapshot) throws -> Import {
        guard let found = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return found
    }

    package func list(
        _ filter: ImportFilter,
        _ request: PageRequest<ImportSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Import> {
        try store.page(filter, request, in: snapshot)
    }

    /// The faults of the rows that an import refused, by line.
    package func faults(
        of id: ID<Import>,
        _ request: PageRequest<ImportFaultSorting>,
        in snapshot: Snapshot
    ) throws -> Page<ImportFault> {
        _ = try find(id, in: snapshot)
        return try store.faults(of: id, request, in: snapshot)
    }

    package func start(
        _ kind: Import.Kind,
        _ mode: Import.Mode,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Import {
        guard let id = try store.insert(kind, mode, by: occasion, in: transaction) else {
            throw ServiceError.notFound
        }
        return try record("import.started", id, nil, by: occasion, in: transaction)
    }

    /// Does the work on all rows of an import, of which there are so many.
    package func expecting(
        _ rowCount: Int,
        of kind: Import.Kind,
        in transaction: Transaction,
        _ work: () throws -> Void
    ) throws {
        guard kind == .orders else { return try work() }
        try OrderStore().expecting(rowCount, in: transaction, work)
    }

    /// Records a chunk of rows; one entry of the journal names what it changed.
    // Orders come by the million.
    @specialized(where Record == NewOrder)
    package func apply<Record>(
        _ rows: ArraySlice<ImportRow<Record>>,
        of id: ID<Import>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ImportReport {
        var work = try ImportWork(Record.importKind, rules, by: occasion, in: transaction)
        for row in rows { try work.put(row) }
        try work.finish()
        try store.add(work.counts, to: id, in: transaction)
        try store.insert(work.rejections, of: id, in: transaction)
        if !work.chunk.isEmpty {
            try journal.append(
                "import.chunk",
                Subject(.imports, id),
                changes: descriptions.chunk(nil, work.chunk),
                by: occasion,
                in: transaction
            )
        }
        return ImportReport(counts: work.counts, rejections: work.rejections)
    }

    package func finish(
        _ id: ID<Import>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Import {
        let running = try find(id, in: transaction)
        try store.finish(id, at: occasion.at, in: transaction)
        if running.kind.isWarnedOf, running.counts.created + running.counts.updated > 0 {
            try WarningStore().demandRun(in: transaction)
        }
        return try record("import.finished", id, running, by: occasion, in: transaction)
    }

    /// Notes that an import ended before its last row; what it has recorded stays.
    package func interrupt(
        _ id: ID<Import>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let running = try find(id, in: transaction)
        guard running.status == .running else { return }
        try store.interrupt(id, at: occasion.at, in: transaction)
        if running.kind.isWarnedOf, running.counts.created + running.counts.updated > 0 {
            try WarningStore().demandRun(in: transaction)
        }
        _ = try record("import.interrupted", id, running, by: occasion, in: transaction)
    }

    /// Notes it of every import that is running by its record: right after a start none can be.
    package func interruptAll(by occasion: Occasion, in transaction: Transaction) throws {
        for id in try store.running(in: transaction) {
            try interrupt(id, by: occasion, in: transaction)
        }
    }

    private func record(
        _ action: String,
        _ id: ID<Import>,
        _ old: Import?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Import {
        let new = try find(id, in: transaction)
        try journal.append(
            action,
            Subject(.imports, id),
            changes: descriptions.imports(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }
}

extension Import.Kind {
    /// Whether early warnings rest on such records.
    fileprivate var isWarnedOf: Bool {
        switch self {
        case .customers, .orders, .payments, .refunds, .expenses, .plans: true
        case .contacts, .products, .interactions, .complaints, .categorySpend: false
        }
    }
}
