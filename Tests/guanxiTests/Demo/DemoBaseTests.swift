// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Testing

@Suite struct DemoBaseTests {
    /// One base for the questions that do not depend on its size.
    private static let facts = Result { try DemoFacts.make(customers: 300) }

    @Test func `the same seed and day give the same base`() throws {
        let one = try DemoFacts.make(customers: 50)
        let other = try DemoFacts.make(customers: 50)
        #expect(one.events == other.events)
        let another = try DemoFacts.make(seed: 2, customers: 50)
        #expect(one.events != another.events)
    }

    @Test func `earlier on the day only what comes later is missing`() throws {
        let noon = try DemoFacts.make(customers: 50)
        let morning = try DemoFacts.make(
            customers: 50,
            now: DemoFacts.noon.adding(milliseconds: -3 * Instant.millisecondsPerHour)
        )
        let (all, early) = (Self.records(noon), Self.records(morning))
        #expect(Array(all.prefix(early.count)) == early)
    }

    @Test func `a fifth of the customers brings about four fifths of the profit`() throws {
        let profits = try Self.facts.get().profits
        let positive = profits.map { max($0, 0) }
        let fifth = positive.prefix(profits.count / 5).reduce(0, +)
        let share = Double(fifth) / Double(positive.reduce(0, +))
        #expect((0.7...0.9).contains(share))
    }

    @Test func `some customers move between tiers`() throws {
        #expect(try Self.facts.get().tierChanges > 20)
    }

    @Test func `every phone is of one customer and finds it`() throws {
        let facts = try Self.facts.get()
        #expect(facts.customers == 300)
        #expect(facts.phones.count >= 300)
        #expect(Set(facts.phones.map(\.e164)).count == facts.phones.count)
        #expect(facts.phones.allSatisfy { $0.found.count == 1 })
    }

    @Test func `firms have people who are spoken to, and most promises are kept`() throws {
        let facts = try Self.facts.get()
        #expect(facts.peopled > 50)
        #expect(facts.namedInteractions > facts.peopled)
        let kept = facts.promises[.kept, default: 0]
        let missed = facts.promises[.late, default: 0] + facts.promises[.broken, default: 0]
        #expect(missed > 0 && kept > missed, "\(facts.promises)")
    }

    @Test func `promises are of several kinds, problems are known, and there is something to do`()
        throws
    {
        let facts = try Self.facts.get()
        #expect(facts.promiseKinds.isSuperset(of: [.quote, .callBack]))
        #expect(facts.namedProblems > 0)
        let (open, done) = (facts.tasks[.open] ?? 0, facts.tasks[.done] ?? 0)
        #expect(open > 0 && done > open, "\(facts.tasks)")
    }

    @Test func `nothing lies in the future`() throws {
        #expect(try Self.facts.get().latest <= DemoFacts.noon)
    }

    @Test(
        arguments: [
            "closed answered in time", "closed answered late", "open answered in time",
            "open unanswered in time", "open unanswered late",
        ]
    )
    func `there are complaints in every state`(_ state: String) throws {
        let complaints = try Self.facts.get().complaints
        #expect(complaints[state, default: 0] > 0, "\(complaints)")
    }

    /// What was recorded besides what runs found, which are made as of now.
    private static func records(_ facts: DemoFacts) -> [String] {
        facts.events.filter { !$0.contains(" scheduler ") }
    }
}
