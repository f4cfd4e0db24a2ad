// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import SQLite
import TestSupport
import Testing

/// What `q` finds is what stands in the texts, no more and no less.
@Suite struct SearchExactnessTests {
    @Test func `a thousand parts of texts are found where they stand and nowhere else`() throws {
        var base = try SearchBase(seed: 11)
        try base.addCustomer(name: "李雷")
        var texts: [(id: ID<Interaction>, folded: String)] = []
        for _ in 0..<150 {
            let text = base.text(words: 1...9)
            texts.append((try base.addInteraction(text), TextFolding.fold(text)))
        }
        var hits = 0
        for number in 0..<1000 {
            let part =
                number.isMultiple(of: 4)
                ? base.text(words: 1...2)
                : base.part(of: texts[number % texts.count].folded)
            let folded = TextFolding.fold(part)
            let expected = texts.filter { $0.folded.holds(folded) }.map(\.id)
            let found = try base.search(part, .id, isDescending: false)
            #expect(found == expected, "\(part.debugDescription)")
            let byTime = try base.search(part, .occurredAt, isDescending: true)
            #expect(byTime.count == expected.count, "\(part.debugDescription)")
            #expect(Set(byTime) == Set(expected), "\(part.debugDescription)")
            hits += expected.count
        }
        #expect(hits > 10_000)
    }

    @Test func `customers are found by parts of all that names them`() throws {
        var base = try SearchBase(seed: 12)
        var texts: [(id: ID<Customer>, lines: [String])] = []
        for number in 0..<120 {
            let name = base.text(words: 1...3) + "x"
            let id = try base.addCustomer(
                name: name,
                externalID: "A-\(number)",
                emails: ["box\(number)@example.com"],
                phone: "138001\(10000 + number)"
            )
            var lines = [name, "A-\(number)", "box\(number)@example.com"]
            var numbers = ["86138001\(10000 + number)"]
            // Of some the people are known, too.
            for place in 0..<(number % 3) {
                let name = base.text(words: 1...3) + "y"
                try base.addContact(
                    at: id,
                    name: name,
                    emails: ["c\(number)@example.org"],
                    phone: "139002\(10000 + number * 3 + place)"
                )
                lines += [name, "c\(number)@example.org"]
                numbers.append("86139002\(10000 + number * 3 + place)")
            }
            texts.append((id, lines.map(TextFolding.fold) + numbers))
        }
        for number in 0..<500 {
            let line = texts[number % texts.count].lines.randomElement(using: &base.generator)
            let part = TextFolding.fold(base.part(of: line ?? ""))
            let digits = PhoneNumber.searchDigits(part) ?? part
            let expected = texts.filter { text in
                text.lines.contains { $0.holds(part) || (digits.count > 2 && $0.holds(digits)) }
            }
            let found = try base.customers(with: part)
            #expect(found == expected.map(\.id), "\(part.debugDescription)")
        }
        let spelled = try base.customers(with: "138-0011 0007")
        #expect(spelled == [texts[7].id])
    }

    @Test func `changes are found, and what they took away is not`() throws {
        let base = try SearchBase(seed: 13)
        let id = try base.addCustomer(name: "要退款的人")
        for name in ["快递太慢", "快递", "", "要退款"].map({ $0 + "o" }) {
            try base.rename(id, to: name)
            for part in ["要退", "退款", "快递", "太慢", "的人", "o"] {
                let found = try base.customers(with: part)
                #expect(found == (name.contains(part) ? [id] : []), "\(name), \(part)")
            }
        }
        let unfit = try base.unfit()
        #expect(unfit == [])
    }

    @Test func `customers are found by the people they have, and no longer by those who left`()
        throws
    {
        let base = try SearchBase(seed: 16)
        let ids = try (1...2).map { try base.addCustomer(name: "firm\($0)") }
        let contact = try base.addContact(at: ids[1], name: "王小明", phone: "13700137000")
        for part in ["王小", "小明", "137-0013-7000", "37001"] {
            let found = try base.customers(with: part)
            #expect(found == [ids[1]], "\(part)")
        }
        try base.rename(ids[1], to: "other")
        try base.connection.write { transaction in
            _ = try base.contacts.change(
                contact,
                to: ContactDetails(name: "赵六", emails: ["zhao@example.org"]),
                by: base.occasion,
                in: transaction
            )
        }
        for (part, isFound) in [("王小", false), ("37001", false), ("赵六", true), ("zhao@", true)] {
            let found = try base.customers(with: part)
            #expect(found == (isFound ? [ids[1]] : []), "\(part)")
        }
        try base.connection.write { transaction in
            let known = try base.contacts.find(contact.id, in: transaction)
            try base.contacts.archive(known, by: base.occasion, in: transaction)
        }
        let left = try base.customers(with: "赵六")
        #expect(left == [])
        let unfit = try base.unfit()
        #expect(unfit == [])
    }

    @Test func `people of before are found once a job has written the texts anew`() throws {
        let base = try SearchBase(seed: 17)
        let id = try base.addCustomer(name: "firm")
        try base.connection.write { transaction in
            try transaction.run(
                """
                INSERT INTO contact (customer_id, name, version, created_at, updated_at)
                VALUES ($1, '王小明', 1, 0, 0)
                """,
                id
            )
            try transaction.run(
                "INSERT INTO customer_text_backlog (customer_id) VALUES ($1)",
                id
            )
        }
        #expect(try base.customers(with: "小明") == [])
        #expect(try base.unfit() == [])
        let isDone = try base.connection.write { transaction in
            try !SearchIndexing.rewriteTexts(limit: 10, in: transaction)
        }
        #expect(!isDone)
        #expect(try base.customers(with: "小明") == [id])
        #expect(try base.unfit() == [])
    }

    /// Of few, some and many texts with a word a page is read in another way.
    @Test func `pages of a frequent word follow each other in any order`() throws {
        let base = try SearchBase(seed: 14)
        try base.addCustomer(name: "李雷")
        try base.addFrequentWord(times: 4_100)
        try base.catchUp()
        for (part, count) in [("款7", 111), ("款77", 11), ("款1", 1_111), ("款", 4_100), ("的?", 0)] {
            for sorting in InteractionSorting.allCases {
                let up = try base.search(part, sorting, isDescending: false, limit: 50)
                let down = try base.search(part, sorting, isDescending: true, limit: 50)
                #expect(up.count == count && Set(up).count == count)
                #expect(up == down.reversed())
            }
        }
        // Those of one time, long ago.
        try base.connection.write { transaction in
            try transaction.run(
                "UPDATE interaction SET occurred_at = occurred_at - 9000 WHERE id % 4 = 1"
            )
            for number in stride(from: 1, through: 4_100, by: 4) {
                try SearchIndex(of: "interaction").replace(
                    of: Int64(number),
                    by: "旧款\(number)",
                    in: transaction
                )
            }
            try transaction.run(
                "UPDATE interaction SET search_text = '旧款' || id WHERE id % 4 = 1"
            )
        }
        let old = try base.search("旧", .occurredAt, isDescending: true, limit: 50)
        #expect(old.map(\.rawValue).sorted() == Array(stride(from: 1, through: 4_100, by: 4)))
        let oldest = try base.search("旧", .occurredAt, isDescending: false, limit: 50)
        #expect(oldest == old.reversed())
        let byID = try base.search("款", .id, isDescending: false, limit: 500)
        #expect(byID.map(\.rawValue) == Array(1...4_100))
        let byTime = try base.search("款", .occurredAt, isDescending: true, limit: 500)
        #expect(byTime.count == 4_100 && Set(byTime) == Set(byID))
        let counted = try base.count("款7")
        #expect(counted == 111)
    }

    /// The newest rows come first where times go with ids, but for those that were recorded late.
    @Test(arguments: [10_000, 41, 7, 1])
    func `the newest texts come first however many were recorded late`(_ lateOne: Int) throws {
        let base = try SearchBase(seed: 21)
        try base.addCustomer(name: "李雷")
        try base.addFrequentWord(times: 4_100)
        try base.catchUp()
        try base.connection.write { transaction in
            try transaction.run(
                """
                UPDATE interaction SET occurred_at = 10 * id
                    - CASE WHEN id % $1 = 0 THEN (id * 7919) % 90000 ELSE 0 END
                """,
                lateOne
            )
        }
        let byTime = try base.connection.read { snapshot in
            try snapshot.all(
                "SELECT id, summary FROM interaction ORDER BY occurred_at DESC, id DESC"
            ) { row in (id: try row[0] as Int64, text: try row[1] as String) }
        }
        for part in ["款", "款1", "款2", "的款3", "0"] {
            let expected = byTime.filter { $0.text.contains(part) }.map(\.id)
            #expect(expected.count > 1_000)
            for limit in [7, 50] {
                let found = try base.search(part, .occurredAt, isDescending: true, limit: limit)
                #expect(found.map(\.rawValue) == expected, "\(part) by \(limit)")
            }
        }
    }

    /// Names that begin with the text follow each other; others have it at one end of the order.
    @Test(arguments: CustomerSorting.allCases)
    func `customers are listed once each in any order`(_ sorting: CustomerSorting) throws {
        var base = try SearchBase(seed: 18)
        let groups: [(count: Int, before: String, after: String)] = [
            (400, "a", ""), (300, "上海", "店公司"), (500, "王", "公司"), (30, "一王", ""), (30, "麗王", ""),
            (400, "高", "公司"),
        ]
        let names = groups.flatMap { group in
            (0..<group.count).map { group.before + "\($0)" + group.after }
        }.shuffled(using: &base.generator)
        for name in names { try base.addCustomer(name: name) }
        let inOrder =
            sorting == .name
            ? names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } : names
        for part in ["王", "高", "店", "公司", "王1", "上海2", "A", "a1", "9", "麗"] {
            let expected = inOrder.filter { $0.contains(part.lowercased()) }
            #expect(expected.count > 10)
            let up = try base.names(with: part, sorting, isDescending: false)
            #expect(up == expected, "\(part)")
            let down = try base.names(with: part, sorting, isDescending: true)
            #expect(down == expected.reversed(), "\(part)")
        }
    }

    @Test func `a search finds the texts that have a rare word and a frequent one`() throws {
        var base = try SearchBase(seed: 19)
        try base.addCustomer(name: "李雷")
        var texts: [(id: Int64, folded: String)] = []
        for _ in 0..<400 {
            let text = base.text(words: 1...9)
            texts.append((try base.addInteraction(text).rawValue, TextFolding.fold(text)))
        }
        var hits = 0
        for _ in 0..<500 {
            let words = base.text(words: 1...1) + " " + base.text(words: 1...2)
            let parts = TextFolding.fold(words).split(separator: " ").map(String.init)
            guard !parts.isEmpty else { continue }
            let expected = texts.filter { text in parts.allSatisfy { text.folded.holds($0) } }
            let (found, isCut) = try base.best(words)
            #expect(found.count == min(50, expected.count), "\(words.debugDescription)")
            #expect(Set(found).isSubset(of: expected.map(\.id)), "\(words.debugDescription)")
            #expect(!isCut || expected.count >= 200)
            hits += found.count
        }
        #expect(hits > 2_000)
    }

    @Test func `a rare word is found beside one that all texts have`() throws {
        let base = try SearchBase(seed: 20)
        try base.addCustomer(name: "李雷")
        try base.addFrequentWord(times: 6_000)
        try base.catchUp()
        for (text, count) in [("的款 77", 50), ("款777 的", 1), ("款5 的款 55", 50), ("的 款59999", 0)] {
            let (found, _) = try base.best(text)
            #expect(Set(found).count == count, "\(text)")
        }
    }

    @Test func `what was there before the index is found before and after it is indexed`() throws {
        var base = try SearchBase(seed: 15)
        try base.addCustomer(name: "李雷")
        try base.addFrequentWord(times: 30)
        let fresh = try base.addInteraction("的款 new")
        let old = try base.search("的款", .id, isDescending: false)
        #expect(old.count == 31 && old.last == fresh)
        try base.changeSummary(of: 7, to: "别的东西")
        // Stopped after each piece, and changed between.
        try base.catchUp(limit: 10)
        try base.changeSummary(of: 3, to: "别的")
        try base.changeSummary(of: 28, to: "别的")
        while try base.catchUp(limit: 10) {
            let found = try base.search("别的", .id, isDescending: false)
            #expect(found.map(\.rawValue) == [3, 7, 28])
        }
        let left = try base.search("的款", .id, isDescending: false)
        #expect(left == old.filter { ![3, 7, 28].contains($0.rawValue) })
        let unfit = try base.unfit()
        #expect(unfit == [])
    }
}

extension String {
    /// Whether another text's scalars stand in it: a byte of one is the same in the other.
    fileprivate func holds(_ part: String) -> Bool {
        let (text, part) = (Array(utf8), Array(part.utf8))
        guard part.count <= text.count else { return false }
        return (0...(text.count - part.count)).contains {
            text[$0..<($0 + part.count)].elementsEqual(part)
        }
    }
}
