// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// The rules that imported records follow: those of the services, and how the clocks run.
package struct ImportRules: Sendable {
    let contacts: ContactService
    let orders: OrderService
    let payments: PaymentService
    let refunds: RefundService
    let plans: PlanService
    let categorySpend: CategorySpendService
    let complaints: ComplaintService
    let interactions: InteractionService

    package init(
        contacts: ContactService,
        orders: OrderService,
        payments: PaymentService,
        refunds: RefundService,
        plans: PlanService,
        categorySpend: CategorySpendService,
        complaints: ComplaintService,
        interactions: InteractionService
    ) {
        self.contacts = contacts
        self.orders = orders
        self.payments = payments
        self.refunds = refunds
        self.plans = plans
        self.categorySpend = categorySpend
        self.complaints = complaints
        self.interactions = interactions
    }
}

/// The work on one chunk, in its transaction.
package struct ImportWork {
    let rules: ImportRules
    let occasion: Occasion
    let transaction: Transaction

    private(set) var chunk: ImportChunk
    private(set) var counts = ImportCounts()
    private(set) var rejections: [ImportRejection] = []
    private var prospects: [String: ID<Customer>] = [:]
    /// The records without external id that there are of a customer or an order at an instant, which
    /// were read when the chunk first met it: how many there are of each content.
    private var twins: [TwinPlace: [Int: Int]] = [:]
    /// What `isKnown` did not find for the row under way.
    private var unknown: UnknownTwin?
    /// Customers without external id.
    var namedCustomers = NamedRecords<NameWithPhones.Place, Customer>()
    /// Contacts without external id.
    var namedContacts = NamedRecords<ID<Customer>, Contact>()
    /// The customers whose people have changed.
    private var retold: Set<ID<Customer>> = []
    /// The customer of the row before, who is there.
    private var present: ID<Customer>?
    /// What orders of the chunk add to the sums of their customers.
    private var added: [ID<Customer>: TradeSums] = [:]
    /// The customers who may have no room for more.
    private var large: Set<ID<Customer>>
    private let sums = TradeSumStore()
    private let customers = CustomerStore()
    private let merges = MergeStore()
    private let hasMerges: Bool

    init(
        _ kind: Import.Kind,
        _ rules: ImportRules,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        hasMerges = try merges.hasMerges(in: transaction)
        large = try sums.large(in: transaction)
        chunk = ImportChunk(kind)
        self.rules = rules
        self.occasion = occasion
        self.transaction = transaction
    }

    mutating func put<Record>(_ row: ImportRow<Record>) throws {
        switch row.content {
        case .refused(let refusals): reject(row.line, refusals)
        case .record(let record):
            unknown = nil
            do {
                note(try record.put(row, into: &self))
            } catch let error as ServiceError {
                reject(row.line, error.refusals)
            }
        }
    }

    private mutating func note(_ verdict: ImportVerdict) {
        switch verdict {
        case .created(let id):
            counts.created += 1
            chunk.created.append(id)
            if let unknown { twins[unknown.place]?[unknown.content, default: 0] += 1 }
        case .updated(let id):
            counts.updated += 1
            chunk.updated.append(id)
        case .unchanged:
            counts.unchanged += 1
        }
    }

    private mutating func reject(_ line: Int, _ refusals: [ServiceError.Refusal]) {
        counts.rejected += 1
        rejections.append(ImportRejection(line: line, refusals: refusals))
    }
}

// MARK: - Sums

extension ImportWork {
    /// Whether so much more can be recorded of a customer.
    ///
    /// Those of whom there is not much need no look-up, which a million orders would tell.
    func hasRoom(for more: TradeSums, of customer: ID<Customer>) throws -> Bool {
        let pending = added[customer] ?? TradeSums()
        if !large.contains(customer), pending.volume + more.volume <= TradeSums.half { return true }
        return (try sums.find(customer, in: transaction) + pending).hasRoom(for: more)
    }

    /// Refuses what would take a customer past the bound; what passes may be recorded at once.
    mutating func demandRoom(
        for more: TradeSums,
        of customer: ID<Customer>,
        at pointer: String
    ) throws {
        large.insert(customer)
        let known = try sums.find(customer, in: transaction) + (added[customer] ?? TradeSums())
        try known.demandRoom(for: more, of: customer, at: pointer)
    }

    /// Adds to the sums of a customer once the chunk is done, all at once.
    mutating func add(_ more: TradeSums, to customer: ID<Customer>) {
        added[customer] = (added[customer] ?? TradeSums()) + more
    }
}

// MARK: - Twins

/// What the records of an import are about, a customer or an order, and an instant.
private struct TwinPlace: Hashable {
    let subject: Int64
    let at: Int64
}

/// A content that a row is the first to bring to its place.
private struct UnknownTwin {
    let place: TwinPlace
    let content: Int
}

extension ImportWork {
    /// Whether a row without external id stands for a record that is there: the k-th that says the
    /// same stands for the k-th such record.
    ///
    /// The records of an instant, of which a file of dates may have thousands, are looked at once a
    /// chunk: `contents` tells what they say. What the chunk adds itself is counted, for two rows may
    /// name one customer by an id and by a phone, and then each is the first of its kind.
    mutating func isKnown<Owner>(
        _ twin: ImportTwin?,
        _ ordinal: Int,
        of subject: ID<Owner>,
        contents: () throws -> [Int]
    ) rethrows -> Bool {
        guard let twin else { return false }
        let place = TwinPlace(subject: subject.rawValue, at: twin.at)
        let known: [Int: Int]
        if let met = twins[place] {
            known = met
        } else {
            known = try contents().reduce(into: [:]) { $0[$1, default: 0] += 1 }
            twins[place] = known
        }
        guard known[twin.content, default: 0] < ordinal else { return true }
        unknown = UnknownTwin(place: place, content: twin.content)
        return false
    }
}

// MARK: - Customers

extension ImportWork {
    /// What a customer took over from those who were merged into it.
    func valuesBrought(to id: ID<Customer>) throws -> Set<MergedValue> {
        guard hasMerges else { return [] }
        return try merges.all(into: id, in: transaction).reduce(into: []) { values, merge in
            values.formUnion(try merges.values(of: merge.id, in: transaction))
        }
    }

    /// The customer of that name; nil if there is none yet whom the name may make.
    ///
    /// A phone may always make a customer, an external id only where `makesExternalIDs` says so.
    func find(
        _ name: CustomerName,
        known: ID<Customer>?,
        makesExternalIDs: Bool = false
    ) throws -> ID<Customer>? {
        // Who was found while the row was read may have been merged since.
        if let known { return hasMerges ? try merges.kept(known, in: transaction) : known }
        switch name {
        case .id(let id):
            guard try customers.exists(id, in: transaction) else {
                throw ServiceError.refused("/customerId", "there is no customer \(id.rawValue)")
            }
            return try merges.kept(id, in: transaction)
        case .externalID(let externalID):
            if let made = prospects[externalID] { return made }
            let id = try customers.id(externalID: externalID, in: transaction)
            guard id != nil || makesExternalIDs else {
                throw ServiceError.refused(
                    "/customerExternalId",
                    "there is no customer with the external id \(externalID)"
                )
            }
            return id
        case .phone(let number):
            let all = try customers.references(phone: number.e164, in: transaction)
            guard all.count <= 1 else { throw ServiceError.ambiguousPhone(all) }
            return all.first?.id
        }
    }

    /// Has what a customer is found by be written down anew once the chunk is done: it may bring
    /// hundreds of its people.
    mutating func rewriteText(of id: ID<Customer>) {
        retold.insert(id)
    }

    /// Does what is done once for all rows.
    func finish() throws {
        for id in retold.sorted() { try customers.rewriteText(of: id, in: transaction) }
        try sums.add(added, in: transaction)
    }

    /// Whether a customer is archived, of whom nothing more is recorded.
    mutating func isArchived(_ id: ID<Customer>) throws -> Bool {
        // The row before is often about the same one.
        if id == present { return false }
        if try customers.isArchived(id, in: transaction) { return true }
        present = id
        return false
    }

    /// Refuses a row that would record something of a customer who is archived.
    mutating func demandPresent(_ id: ID<Customer>, as name: CustomerName) throws {
        guard try isArchived(id) else { return }
        throw ServiceError.refused(name.pointer, "names a customer who is archived")
    }

    /// Makes the customer that `find` did not find.
    mutating func make(_ name: CustomerName, from source: CustomerSource) throws -> ID<Customer> {
        let details: CustomerDetails
        switch name {
        case .id: throw ServiceError.notFound
        case .externalID(let externalID):
            details = CustomerDetails(
                kind: .individual,
                name: externalID,
                externalID: externalID,
                source: source
            )
        case .phone(let number):
            details = CustomerDetails(
                kind: .individual,
                name: number.typed,
                phones: [CustomerPhone(number)],
                source: source
            )
        }
        guard let id = try customers.insert(details, at: occasion.at, in: transaction) else {
            throw ServiceError.notFound
        }
        if let externalID = details.externalID { prospects[externalID] = id }
        counts.prospects += 1
        chunk.prospects.append(id.rawValue)
        return id
    }
}

extension [ServiceError.Refusal] {
    /// Runs a check of a row; whatever it throws joins these, each as a rule that the row breaks.
    @discardableResult
    mutating func gather<Checked>(_ check: () throws -> Checked) throws -> Checked? {
        do {
            return try check()
        } catch let error as ServiceError {
            self += error.refusals
            return nil
        }
    }
}

extension ServiceError {
    /// The rules that the row of an import breaks.
    fileprivate var refusals: [Refusal] {
        switch self {
        case .refused(let refusals), .overlappingHours(let refusals, _),
            .invertedPolicy(let refusals), .decisionUnsigned(let refusals),
            .customerMissing(let refusals), .negativeAmount(_, let refusals),
            .negativePrice(let refusals):
            refusals
        case .causeMissing: [Refusal("/cause", "is missing")]
        case .sumAboveBound(let customer, let pointer, let amount, let bound):
            [
                Refusal(
                    pointer,
                    "\(amount) more would take the amounts of customer \(customer.rawValue) "
                        + "past \(bound)"
                )
            ]
        case .paymentAboveOutstanding(let order, let outstanding):
            [Refusal("/amount", "order \(order.rawValue) has \(outstanding) outstanding")]
        case .paymentReversed: [Refusal("", "the payment was taken back")]
        case .expenseReversed: [Refusal("", "the expense was taken back")]
        case .reversalAbovePayment(_, let amount): [Refusal("/amount", "is more than \(amount)")]
        case .refundAboveOrder(_, _, let refusals): refusals
        case .creditBlocked(_, let warning):
            [Refusal("/terms", "warning \(warning.rawValue) keeps the customer from credit")]
        case .warningUnexplained(let refusals), .senselessPolicy(let refusals): refusals
        case .overlappingPlan(let plans):
            [Refusal("/period", "overlaps \(plans.map(\.period).joined(separator: ", "))")]
        case .overlappingCost(let costs):
            [Refusal("/period", "overlaps \(costs.map(\.period).joined(separator: ", "))")]
        case .futureAsOf: [Refusal("/asOf", "must not lie in the future")]
        case .leaderCycle: [Refusal("/leaderId", "is led by the person")]
        case .reportingCycle: [Refusal("/reportsToId", "reports to the contact")]
        case .approvalNeeded: [Refusal("", "an approval is needed")]
        case .beyondAuthority(let detail, _, _): [Refusal("", detail)]
        case .quietHours(let rule, _): [Refusal("", "\(rule) lets nobody be contacted then")]
        case .lifecycleEdge(let old, let new):
            [
                Refusal(
                    "/lifecycle",
                    "\(new.rawValue) does not follow \(old.rawValue); allowed: "
                        + old.next.map(\.rawValue).joined(separator: ", ")
                )
            ]
        case .chainRole, .chainCycle: [Refusal("/role", "does not fit the customer's links")]
        case .customerMerged(let kept):
            [Refusal("", "the customer was merged into customer \(kept.rawValue)")]
        case .stageUnknown: [Refusal("", "the stage of the customer cannot be told")]
        case .merge: [Refusal("", "the customers cannot be merged")]
        case .notFound, .unknownPerson, .unknownCall, .unknownCaller:
            [Refusal("", "there is no such record")]
        case .duplicate(let subject):
            [Refusal("/externalId", "\(subject.kind.rawValue) \(subject.id) has it already")]
        case .ambiguousPhone(let customers, _):
            [
                Refusal(
                    "/phone",
                    "several customers have it: "
                        + customers.map { String($0.id.rawValue) }.joined(separator: ", ")
                )
            ]
        case .notAllowedNow(let detail, _), .stepSkipped(let detail, _),
            .complaintClosed(let detail, _), .alreadyRewarded(let detail, _):
            [Refusal("", detail)]
        }
    }
}
