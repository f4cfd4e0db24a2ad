// SPDX-License-Identifier: Apache-2.0

/// Someone to put a call through to, and why (M85, 安排合适代表).
package struct SuggestedAgent: Sendable {
    package struct Reason: Sendable {
        package enum Code: String, Sendable, CaseIterable {
            case relationshipManager = "relationship-manager"
            case deputy
            case owner
            case handledBefore = "handled-before"
            case skill
            case language
            case available
            case busy
            case away
            case load
        }

        package let code: Code
        package let text: String
        package let points: Int
    }

    package let id: ID<StaffMember>
    package let name: String
    package let reasons: [Reason]

    /// The sum of what each reason is worth.
    package var score: Int { reasons.reduce(0) { $0 + $1.points } }
}

/// What a call asks for, beside the customer.
package struct CallNeeds: Sendable {
    package let skill: String?
    package let language: String?

    package init(skill: String? = nil, language: String? = nil) {
        self.skill = skill
        self.language = language
    }
}

/// One who is there, with what a ranking asks of each.
struct AgentCandidate {
    let id: ID<StaffMember>
    let name: String
    let presence: Presence
    let openComplaints: Int
}

/// Ranks those who are there for a call of a customer (M85).
struct AgentRanking {
    static let limit = 5

    let tier: Tier?
    let pair: ManagerPair?
    let ownerID: ID<StaffMember>?
    /// How often each has handled something of this customer lately.
    let handled: [ID<StaffMember>: Int]
    /// The skills that are wanted, with the levels of those who have them.
    let skills: [(name: String, levels: [ID<StaffMember>: Int])]
    let language: (code: String, speakers: Set<ID<StaffMember>>)?

    func rank(_ candidates: [AgentCandidate]) -> [SuggestedAgent] {
        candidates
            .map { SuggestedAgent(id: $0.id, name: $0.name, reasons: reasons(for: $0)) }
            .sorted { ($1.score, $0.id) < ($0.score, $1.id) }
            .prefix(Self.limit)
            .map { $0 }
    }

    private func reasons(for one: AgentCandidate) -> [SuggestedAgent.Reason] {
        [care(of: one), history(of: one)].compactMap { $0 } + skills(of: one)
            + [tongue(of: one), presence(of: one), load(of: one)].compactMap { $0 }
    }

    /// A key customer is to reach its own manager.
    private func care(of one: AgentCandidate) -> SuggestedAgent.Reason? {
        let more = tier == .key ? 20 : 0
        switch one.id {
        case pair?.managerID:
            return .init(
                code: .relationshipManager,
                text: "manages this customer",
                points: 40 + more
            )
        case pair?.deputyID:
            return .init(code: .deputy, text: "stands in for the manager", points: 25 + more)
        case ownerID:
            return .init(code: .owner, text: "owns this customer", points: 30)
        default: return nil
        }
    }

    private func history(of one: AgentCandidate) -> SuggestedAgent.Reason? {
        guard let count = handled[one.id] else { return nil }
        return .init(
            code: .handledBefore,
            text: "has handled \(count) of the last complaints and calls",
            points: min(5 * count, 15)
        )
    }

    private func skills(of one: AgentCandidate) -> [SuggestedAgent.Reason] {
        skills.compactMap { skill in
            skill.levels[one.id].map {
                .init(code: .skill, text: "\(skill.name), level \($0)", points: 3 * $0)
            }
        }
    }

    private func tongue(of one: AgentCandidate) -> SuggestedAgent.Reason? {
        guard let language, language.speakers.contains(one.id) else { return nil }
        return .init(code: .language, text: "speaks \(language.code)", points: 15)
    }

    private func presence(of one: AgentCandidate) -> SuggestedAgent.Reason? {
        switch one.presence {
        case .available: .init(code: .available, text: "is available", points: 30)
        case .busy: .init(code: .busy, text: "is busy", points: 10)
        case .away: .init(code: .away, text: "is away", points: 0)
        case .off: nil
        }
    }

    private func load(of one: AgentCandidate) -> SuggestedAgent.Reason? {
        guard one.openComplaints > 0 else { return nil }
        return .init(
            code: .load,
            text: "has \(one.openComplaints) open complaints",
            points: -min(2 * one.openComplaints, 20)
        )
    }
}
