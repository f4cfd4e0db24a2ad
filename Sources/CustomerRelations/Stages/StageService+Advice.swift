// SPDX-License-Identifier: Apache-2.0
internal import SQLite

extension StageService {
    /// For how many days something counts as new.
    private static let newDays = 90

    /// What the method advises at a stage, with what is known of the customer.
    func advice(
        at stage: Customer.Stage,
        to customer: Customer,
        _ wallet: Wallet,
        _ now: Instant,
        in snapshot: Snapshot
    ) throws -> StageAdvice {
        switch stage {
        case .development:
            StageAdvice(
                code: .findEntry,
                text: "find an occasion to sell something at all: one of these six",
                facts: try occasions(of: customer, wallet, now, in: snapshot)
            )
        case .initial:
            StageAdvice(
                code: .winKeyPeople,
                text: "get to know who decides and who has a say, and win them",
                facts: try keyPeople(of: customer, in: snapshot)
            )
        case .stable:
            StageAdvice(
                code: .weaveContacts,
                text: "bring more people on both sides together, so that nobody's leaving ends it",
                facts: try threads(to: customer, now, in: snapshot)
            )
        case .strategic:
            StageAdvice(
                code: .raiseExpectations,
                text: "promise more than before, and do more than was promised",
                facts: try expectations(of: customer, wallet, now, in: snapshot)
            )
        }
    }

    /// The six occasions (M43): what can be seen from the records, and what is to be found out.
    private func occasions(
        of customer: Customer,
        _ wallet: Wallet,
        _ now: Instant,
        in snapshot: Snapshot
    ) throws -> [StageFact] {
        let today = zone.day(of: now)
        let first = today.adding(days: -Self.newDays)
        let wanted = Set(wallet.categories.map(\.category))
        let launches = try WalletStore().launches(from: first, through: today, in: snapshot)
            .filter { launch in wanted.isEmpty || launch.category.map(wanted.contains) ?? false }
            .prefix(5)
        let since = zone.startOfDay(first)
        let people = try StageAdviceStore().people(of: customer.id, in: snapshot)
            .filter { $0.createdAt >= since || $0.archivedAt.map { $0 >= since } ?? false }
        return [
            launches.isEmpty
                ? StageFact(.newProduct, "is there anything new of ours for it?", isKnown: false)
                : StageFact(
                    .newProduct,
                    "new in the last \(Self.newDays) days: "
                        + launches.map(\.sku).joined(separator: ", "),
                    launches.map { Subject(.product, $0.product) }
                ),
            StageFact(
                .supplierReview,
                "when does it go through its suppliers this year?",
                isKnown: false
            ),
            people.isEmpty
                ? StageFact(.personnelChange, "who has come or left there?", isKnown: false)
                : StageFact(
                    .personnelChange,
                    "came or left in the last \(Self.newDays) days: "
                        + people.prefix(5).map(\.name).joined(separator: ", "),
                    people.prefix(5).map { Subject(.contact, $0.id) }
                ),
            StageFact(.rivalFault, "what do its suppliers do badly?", isKnown: false),
            StageFact(.rivalSouring, "with whom of them is it at odds?", isKnown: false),
            StageFact(.costDrive, "does it have to save?", isKnown: false),
        ]
    }

    /// Who of those that matter is known (M41), and who is missing.
    private func keyPeople(
        of customer: Customer,
        in snapshot: Snapshot
    ) throws -> [StageFact] {
        let people = try StageAdviceStore().people(of: customer.id, in: snapshot)
            .filter { $0.archivedAt == nil }
        return [Contact.BuyingRole.decider, .influencer, .buyer, .user, .gatekeeper, .coach]
            .map { role in
                let known = people.filter { $0.role == role }
                guard !known.isEmpty else {
                    return StageFact(.missingRole, "who is the \(role.rawValue)?", isKnown: false)
                }
                return StageFact(
                    .knownRole,
                    "\(role.rawValue): "
                        + known.prefix(5).map(\.name).joined(separator: ", "),
                    known.prefix(5).map { Subject(.contact, $0.id) }
                )
            }
    }

    /// Who is in touch with whom (M42), and who has not been for long.
    private func threads(
        to customer: Customer,
        _ now: Instant,
        in snapshot: Snapshot
    ) throws -> [StageFact] {
        let risk = try singleThread.risk(of: customer.id, at: now, in: snapshot)
        let (theirs, ours) = (risk.activity.contacts, risk.activity.staff)
        let active = Set(theirs.map(\.id))
        let silent = try StageAdviceStore().people(of: customer.id, in: snapshot)
            .filter { $0.archivedAt == nil && !active.contains($0.id.rawValue) }
        let span = "in the last \(risk.terms.days) days, of \(risk.terms.people) wanted"
        var facts = [
            StageFact(
                .activeContacts,
                "\(theirs.count) of its people were active \(span)",
                theirs.prefix(5).map { Subject(.contact, $0.id) }
            ),
            StageFact(
                .activeStaff,
                "\(ours.count) of ours were active \(span)",
                ours.prefix(5).map { Subject(.staff, $0.id) }
            ),
        ]
        if !silent.isEmpty {
            facts.append(
                StageFact(
                    .silentContacts,
                    "nobody was in touch with "
                        + silent.prefix(5).map(\.name).joined(separator: ", "),
                    silent.prefix(5).map { Subject(.contact, $0.id) }
                )
            )
        }
        return facts
    }

    /// What it wants most, what we owe it, and what it still buys elsewhere.
    private func expectations(
        of customer: Customer,
        _ wallet: Wallet,
        _ now: Instant,
        in snapshot: Snapshot
    ) throws -> [StageFact] {
        let store = StageAdviceStore()
        let needs = try store.needs(of: customer.id, in: snapshot)
        let complaints = try store.openComplaints(of: customer.id, in: snapshot)
        let promises = try store.overduePromises(to: customer.id, at: now, in: snapshot)
        var facts = needs.map { StageFact(.need, $0.text, [Subject(.need, $0.id)]) }
        if needs.isEmpty {
            facts.append(StageFact(.need, "what does it need most?", isKnown: false))
        }
        if !complaints.isEmpty {
            facts.append(
                StageFact(
                    .openComplaints,
                    "complaints that are open come first",
                    complaints.map { Subject(.complaint, $0) }
                )
            )
        }
        if !promises.isEmpty {
            facts.append(
                StageFact(
                    .overduePromises,
                    "promises that are overdue come first",
                    promises.map { Subject(.promise, $0) }
                )
            )
        }
        for category in wallet.categories {
            guard let share = category.share, category.isCounted, !share.reaches(percent: 80) else {
                continue
            }
            facts.append(
                StageFact(.boughtElsewhere, "\(category.category): \(share) is bought from us")
            )
        }
        return facts
    }
}
