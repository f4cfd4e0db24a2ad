// SPDX-License-Identifier: Apache-2.0
import CSV
import CustomerRelations
import JSON

/// What a row of one kind may say: the members of the API's own body, with what only an import may
/// bring beside them.
struct ImportForm<Main: Sendable, Extra: Sendable, Record: ImportedRecord>: Sendable {
    let main: Fields<Main>
    let extra: Fields<Extra>
    let extraNames: Set<String>
    /// Members of which a row must give one.
    let oneOf: [String]
    /// The members that have a default.
    let defaulted: [Defaulted]
    let make: @Sendable (Main, Extra) throws -> Record
    /// A quicker way to read good rows of certain columns, which leaves the others be.
    let shortcut: Shortcut?

    typealias RowReader = @Sendable (CSVRecord) -> ImportRow<Record>?
    typealias Shortcut = @Sendable (ImportColumns, Decoding.Options) -> RowReader?

    init(
        main: Fields<Main>,
        extra: Fields<Extra>,
        oneOf: [String] = [],
        defaulted: [Defaulted] = [],
        make: @escaping @Sendable (Main, Extra) throws -> Record,
        shortcut: Shortcut? = nil
    ) {
        self.main = main
        self.extra = extra
        extraNames = Set(extra.names)
        self.oneOf = oneOf
        self.defaulted = defaulted
        self.make = make
        self.shortcut = shortcut
    }

    struct Defaulted: Sendable {
        let name: String
        let member: ImportedMembers
    }

    /// The members as columns.
    var schema: Schema.Object {
        Schema.Object(name: nil, properties: properties(main) + properties(extra))
    }

    private func properties<Root>(_ fields: Fields<Root>) -> [Schema.Property] {
        guard case .object(let object) = fields.representation.schema else { return [] }
        return object.properties
    }

    /// Reads a row from its members.
    func row(
        line: Int,
        _ members: [JSON.Member],
        extra extras: [JSON.Member],
        _ options: Decoding.Options
    ) -> ImportRow<Record> {
        var given: ImportedMembers = []
        for defaulted in defaulted where members.contains(where: { $0.name == defaulted.name }) {
            given.insert(defaulted.member)
        }
        return ImportRow(line: line, content(members, extras, options), given: given)
    }

    private func content(
        _ members: [JSON.Member],
        _ extras: [JSON.Member],
        _ options: Decoding.Options
    ) -> ImportRow<Record>.Content {
        do {
            let record = try main.decode(.object(members), options: options)
            return .record(try make(record, try extra.decode(.object(extras), options: options)))
        } catch let violations as Violations {
            var all = violations.all
            // The extras are read last: their faults are wanted beside those of the rest.
            if case .failure(let more) = outcome(of: extras, options) {
                all += more.all.filter { !all.contains($0) }
            }
            return .refused(all.map { ServiceError.Refusal($0.pointer, $0.detail) })
        } catch ServiceError.refused(let refusals), ServiceError.customerMissing(let refusals) {
            return .refused(refusals)
        } catch {
            return .refused([ServiceError.Refusal("", "cannot be read")])
        }
    }

    private func outcome(
        of extras: [JSON.Member],
        _ options: Decoding.Options
    ) -> Result<Extra, Violations> {
        Result { () throws(Violations) in
            try extra.decode(.object(extras), options: options)
        }
    }
}

extension ImportForm<CustomerDetails, NoFilter, CustomerDetails> {
    static let customers = ImportForm(
        main: CustomerDetails.fields,
        extra: NoFilter.fields,
        defaulted: [
            Defaulted(name: "role", member: .role),
            Defaulted(name: "lifecycle", member: .lifecycle),
        ],
        make: { details, _ in details }
    )
}

extension ImportForm<ContactInput, NoFilter, NewContact> {
    static let contacts = ImportForm(
        main: ContactInput.fields,
        extra: NoFilter.fields,
        oneOf: ["customerId", "customerExternalId"],
        make: { contact, _ in try contact.contact() }
    )
}

extension ImportForm<OrderInput, NoFilter, NewOrder> {
    static let orders = ImportForm(
        main: OrderInput.fields,
        extra: NoFilter.fields,
        oneOf: ["customerId", "customerExternalId"],
        defaulted: [Defaulted(name: "terms", member: .terms)],
        make: { order, _ in order.order },
        shortcut: { OrderShortcut($0, $1)?.row }
    )
}

extension ImportForm<InteractionInput, NoFilter, NewInteraction> {
    static let interactions = ImportForm(
        main: InteractionInput.fields,
        extra: NoFilter.fields,
        oneOf: ["customerId", "customerExternalId"],
        make: { interaction, _ in try interaction.interaction() }
    )
}

extension ImportForm<PaymentInput, NoFilter, NewPayment> {
    static let payments = ImportForm(
        main: PaymentInput.fields,
        extra: NoFilter.fields,
        oneOf: ["orderId", "orderExternalId"],
        make: { payment, _ in try payment.payment() }
    )
}

extension ImportForm<ProductDetails, NoFilter, ProductDetails> {
    static let products = ImportForm(
        main: ProductDetails.fields,
        extra: NoFilter.fields,
        make: { product, _ in product }
    )
}

extension ImportForm<RefundInput, NoFilter, NewOrderRefund> {
    static let refunds = ImportForm(
        main: RefundInput.fields,
        extra: NoFilter.fields,
        oneOf: ["orderId", "orderExternalId"],
        make: { refund, _ in try refund.refund() }
    )
}

extension ImportForm<ExpenseInput, NoFilter, NewExpense> {
    static let expenses = ImportForm(
        main: ExpenseInput.fields,
        extra: NoFilter.fields,
        oneOf: ["customerId", "customerExternalId"],
        make: { expense, _ in try expense.expense() }
    )
}

extension ImportForm<PlanInput, NoFilter, NewPlan> {
    static let plans = ImportForm(
        main: PlanInput.fields,
        extra: NoFilter.fields,
        oneOf: ["customerId", "customerExternalId"],
        make: { plan, _ in try plan.plan() }
    )
}

extension ImportForm<CategorySpendInput, NoFilter, NewCategorySpend> {
    static let categorySpend = ImportForm(
        main: CategorySpendInput.fields,
        extra: NoFilter.fields,
        oneOf: ["customerId", "customerExternalId"],
        make: { spend, _ in try spend.spend() }
    )
}

/// How a complaint that moves in ended.
struct ComplaintOutcome: Sendable {
    let answeredAt: Instant?
    let closedAt: Instant?

    static let fields: Fields<ComplaintOutcome> = Fields(
        nil,
        ComplaintOutcome.init,
        Field(optional: "answeredAt", \.answeredAt, .instant, "When it was answered."),
        Field(optional: "closedAt", \.closedAt, .instant, "When it was closed.")
    )
}

extension ImportForm<ComplaintInput, ComplaintOutcome, NewComplaint> {
    static let complaints = ImportForm(
        main: ComplaintInput.fields,
        extra: ComplaintOutcome.fields,
        oneOf: ["customerId", "customerExternalId", "phone"],
        defaulted: [Defaulted(name: "severity", member: .severity)],
        make: { complaint, outcome in
            complaint.complaint(answeredAt: outcome.answeredAt, closedAt: outcome.closedAt)
        }
    )
}
