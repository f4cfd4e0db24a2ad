// SPDX-License-Identifier: Apache-2.0
internal import Statistics
package import SQLite

/// The value of customers: the policy, the models, and what each customer may yet bring.
package struct ValueService: Sendable {
    /// The most orders that an answer is fitted to where no model is kept.
    package static let fittingLimit = 200_000

    private let policies = ValuePolicyStore()
    private let models = ValueModelStore()
    private let deciles = ValueDecileStore()
    private let cuts = RFMStore()
    private let purchases = PurchaseStore()
    private let customers = CustomerStore()
    private let journal: Journal
    private let zone: CivilTimeZone
    private let fittingLimit: Int
    private let describeModel: Describe<ValueModel>
    private let describePolicy: Describe<ValuePolicy>

    /// The zone's calendar says what a day is.
    package init(
        journal: Journal,
        zone: CivilTimeZone,
        fittingLimit: Int = fittingLimit,
        describeModel: @escaping Describe<ValueModel>,
        describePolicy: @escaping Describe<ValuePolicy>
    ) {
        self.journal = journal
        self.zone = zone
        self.fittingLimit = fittingLimit
        self.describeModel = describeModel
        self.describePolicy = describePolicy
    }

    /// The policy in force.
    package func policy(in snapshot: Snapshot) throws -> ValuePolicy {
        guard let policy = try policies.latest(in: snapshot) else { throw ServiceError.notFound }
        return policy
    }

    /// Puts other rules in force.
    package func setPolicy(
        _ rules: ValueRules,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ValuePolicy {
        let old = try policy(in: transaction)
        guard rules != old.rules else { return old }
        let refusals = rules.refusals
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
        try policies.insert(rules, at: occasion.at, in: transaction)
        let new = try policy(in: transaction)
        try journal.append(
            "value-policy.changed",
            Subject(.valuePolicy, Int64(new.version)),
            changes: describePolicy(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }
}

// MARK: - Customers

extension ValueService {
    /// What a customer may yet bring, by the orders of the whole days before an instant; now, if
    /// none is given.
    ///
    /// The model is a kept one: of that very day if one is asked for, else one that is not due to
    /// be fitted anew. Where there is none, and not too many orders, one is fitted for the answer;
    /// where there are too many, an older one has to do.
    package func value(
        of customer: ID<Customer>,
        asOf: Instant?,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> CustomerValue {
        guard try customers.exists(customer, in: snapshot) else { throw ServiceError.notFound }
        let rules = try policy(in: snapshot).rules
        let day = zone.day(of: asOf ?? now)
        var value = CustomerValue(customer: customer, asOf: asOf ?? now, rules: rules)
        var book = PurchaseBook(zone: zone, cut: day.daysSinceEpoch)
        try purchases.fill(&book, of: customer, before: zone.startOfDay(day), in: snapshot)
        guard let own = book.customers.first else {
            value.reasons.append(.noOrders)
            return value
        }
        value.take(own, until: day.daysSinceEpoch - 1)
        let oldest = asOf == nil ? day.adding(days: -rules.refitDays) : day
        let (start, earliest) = (zone.startOfDay(day), zone.startOfDay(oldest))
        let kept = try models.latest(until: start, in: snapshot)
        if try kept.map({ $0.dataUntil >= earliest }) == true
            || purchases.exceeds(fittingLimit, before: start, in: snapshot)
        {
            guard let kept, let fit = kept.fit else {
                value.reasons.append(.noModel)
                return value
            }
            value.look(by: fit, kept.id, own, until: day.daysSinceEpoch - 1)
            let cuts = try cuts.cuts(of: kept.id, in: snapshot)
            value.rfm = cuts?.fifths(of: own, until: day.daysSinceEpoch - 1)
            if cuts == nil { value.reasons.append(.noRFM) }
        } else {
            let base = try PurchaseBase(before: day, zone: zone, in: snapshot)
            value.rfm = RFMCuts(base)?.fifths(of: own, until: base.end)
            do {
                let fit = try ValueFit.fit(base) { try snapshot.throwIfInterrupted() }
                value.look(by: fit, nil, own, until: day.daysSinceEpoch - 1)
            } catch let failure as ValueFailure {
                value.reasons.append(ValueReason(failure))
            }
        }
        return value
    }
}

extension CustomerValue {
    fileprivate mutating func take(_ own: PurchaseDays, until end: Int) {
        let history = own.history(until: end)
        frequency = history.frequency
        recency = history.recency
        age = history.age
        if own.repeats > 0 {
            monetary = Money(rounding: Double(own.repeatAmount) / 100 / Double(own.repeats))
        }
        daysSinceLast = end - own.last
        total = own.total
    }

    fileprivate mutating func look(
        by fit: ValueFit,
        _ model: ID<ValueModel>?,
        _ own: PurchaseDays,
        until end: Int
    ) {
        self.fit = fit
        modelID = model
        var forecast = LifetimeValue(fit, rules)
        let outlook = forecast.outlook(own.history(until: end), own.spending)
        aliveProbability = outlook.probabilityAlive
        expectedOrders = outlook.expectedOrders
        expectedAmount = outlook.expectedAmount.map(Money.init(rounding:))
        lifetimeValue = outlook.value.map(Money.init(rounding:))
        if outlook.value == nil {
            reasons.append(.noAmounts)
        } else if own.repeats > 0, own.spending == nil {
            reasons.append(.noRepeatAmounts)
        }
    }
}

extension Money {
    /// The nearest to a number of units, halves away from zero, within what money can hold.
    init(rounding units: Double) {
        let limit = Double(Money.limit.rawValue)
        self.init(rawValue: Int64(min(max((units * 100).rounded(), -limit), limit)))
    }
}

// MARK: - Models

extension ValueService {
    package func model(_ id: ID<ValueModel>, in snapshot: Snapshot) throws -> ValueModel {
        guard let model = try models.find(id, in: snapshot) else { throw ServiceError.notFound }
        return model
    }

    package func models(
        _ request: PageRequest<ValueModelSorting>,
        in snapshot: Snapshot
    ) throws -> Page<ValueModel> {
        try models.page(request, in: snapshot)
    }

    /// Has a model fitted to the whole days before an instant; `ValueModelRunner` does it.
    package func start(
        _ new: NewValueModel,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ValueModel {
        let asOf = new.asOf ?? occasion.at
        guard asOf <= occasion.at else { throw ServiceError.futureAsOf(now: occasion.at) }
        let until = zone.startOfDay(zone.day(of: asOf))
        let id = try models.insert(until: until, at: occasion.at, in: transaction)
        guard let id else { throw ServiceError.notFound }
        return try record("value-model.started", id, nil, by: occasion, in: transaction)
    }

    /// Whether a model is to be fitted by itself: none was started for as long as the policy says,
    /// and there are customers enough.
    func isDue(at now: Instant, in snapshot: Snapshot) throws -> Bool {
        let days = try policy(in: snapshot).rules.refitDays
        if let last = try models.lastStart(in: snapshot),
            now < last.adding(milliseconds: Int64(days) * Instant.millisecondsPerDay)
        {
            return false
        }
        return try purchases.hasRepeats(atLeast: ValueFit.leastRepeatCustomers, in: snapshot)
    }

    func pending(in snapshot: Snapshot) throws -> ValueModel? {
        try models.pending(in: snapshot)
    }

    func base(of model: ValueModel, in snapshot: Snapshot) throws -> PurchaseBase {
        try PurchaseBase(before: zone.day(of: model.dataUntil), zone: zone, in: snapshot)
    }

    /// Keeps what was learnt, and what each tenth of the customers may bring by a policy; or why
    /// there is nothing.
    func finish(
        _ model: ValueModel,
        _ result: Result<FittedValues, ValueFailure>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ValueModel {
        switch result {
        case .success(let fitted):
            try models.finish(model.id, fitted.fit, at: occasion.at, in: transaction)
            try deciles.insert(fitted.deciles, of: model.id, by: fitted.policy, in: transaction)
            if let found = fitted.cuts { try cuts.insert(found, of: model.id, in: transaction) }
            return try record(
                "value-model.finished",
                model.id,
                model,
                by: occasion,
                in: transaction
            )
        case .failure(let failure):
            try models.fail(model.id, failure, at: occasion.at, in: transaction)
            return try record("value-model.failed", model.id, model, by: occasion, in: transaction)
        }
    }

    private func record(
        _ action: String,
        _ id: ID<ValueModel>,
        _ old: ValueModel?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ValueModel {
        let model = try model(id, in: transaction)
        try journal.append(
            action,
            Subject(.valueModel, id),
            changes: describeModel(old, model),
            by: occasion,
            in: transaction
        )
        return model
    }
}
