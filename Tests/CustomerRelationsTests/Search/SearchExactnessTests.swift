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
            let lines = [name, "A-\(number)", "box\(number)@example.com"].map(TextFolding.fold)
            texts.append((id, lines + ["86138001\(10000 + number)"]))
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

    /// Of few, some and many texts with a word a page is read in another way.
    @Test func `pages of a frequent word follow each other in any order`() throws {
        let base = try SearchBase(seed: 14)
        try base.addCustomer(name: "李雷")
        try base.addFrequentWord(times: 4_100)
        try base.catchUp()
        for (part, count) in [("款7", 111), ("款77", 11), ("的?", 0)] {
            for sorting in InteractionSorting.allCases {
                let up = try base.search(part, sorting, isDescending: false, limit: 50)
                let down = try base.search(part, sorting, isDescending: true, limit: 50)
                #expect(up.count == count && Set(up).count == count)
                #expect(up == down.reversed())
            }
        }
        let byID = try base.search("的款", .id, isDescending: false, limit: 500)
        #expect(byID.map(\.rawValue) == Array(1...4_100))
        let byTime = try base.search("的款", .occurredAt, isDescending: true, limit: 500)
        #expect(byTime.count == 4_100 && Set(byTime) == Set(byID))
        let counted = try base.count("款7")
        #expect(counted == 111)
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
