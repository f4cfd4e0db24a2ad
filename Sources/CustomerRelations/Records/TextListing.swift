// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A list of the rows with a text in the order of a key, and the index that names them.
struct TextListing {
    let index: SearchIndex
    /// What the table is called in the SELECT.
    let alias: String
    let expression: SearchExpression
    let naming: Naming?

    /// The column of names and the text as it was typed: names that begin with it follow each other in
    /// their order.
    struct Naming {
        let column: String
        let start: String

        /// Above all names that begin so: with the last scalar of all.
        fileprivate var end: String { start + "\u{10FFFF}" }
    }

    /// How the rows are found; nil while the index cannot tell.
    ///
    /// With other filters (`isFiltered`) another index may leave fewer rows than the text.
    func plan(
        _ whole: Stretch,
        isFiltered: Bool,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> TextPlan? {
        guard let named = try index.narrow(expression, in: snapshot) else { return nil }
        let isInOrder = whole.key == [id]
        let size = isFiltered || !isInOrder ? try index.size(in: snapshot) : 0
        func plan(_ way: TextPlan.Way) -> TextPlan {
            TextPlan(listing: self, named: named, way: way, size: size)
        }
        guard isFiltered || !isInOrder else { return plan(.inOrder) }
        if !isFiltered, let naming, whole.key.first == naming.column,
            let others = try others(named, beside: naming, of: size, in: snapshot)
        {
            return plan(.around(naming, others))
        }
        let some = SearchIndex.some(of: size)
        let count = try index.count(named, upTo: some + 1, in: snapshot)
        if count <= SearchIndex.few(of: size) { return plan(isInOrder ? .inOrder : .few(count)) }
        if isFiltered { return plan(.filtered(isListed: count <= some)) }
        return plan(count <= some ? .some(count) : .many(count))
    }

    /// The rows with the text whose names do not begin with it; nil unless some do, and these are few.
    ///
    /// A surname stands in few names but at their beginning, where going along the order from its
    /// start would pass half of all names to find those few.
    private func others(
        _ named: SearchExpression,
        beside naming: Naming,
        of size: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> TextPlan.Others? {
        let inside = try snapshot.all(
            """
            SELECT \(id) FROM \(table)
            WHERE \(naming.column) >= $1 AND \(naming.column) < $2 LIMIT $3
            """,
            naming.start,
            naming.end,
            Self.mostNames
        ) { row throws(SQLiteError) in try row[0] as Int64 }
        guard !inside.isEmpty, inside.count < Self.mostNames else { return nil }
        // To look these up takes longer than few, but not as long as to pass the names before.
        let mostOthers = 3 * SearchIndex.few(of: size)
        let most = inside.count + mostOthers
        let all = try index.list(named, limit: most + 1, in: snapshot)
        guard all.count <= most else { return nil }
        let names = Set(inside)
        let others = all.filter { !names.contains($0) }
        guard others.count <= mostOthers else { return nil }
        return TextPlan.Others(ids: others, count: all.count)
    }

    /// The most names that begin with the text, if the others that have it are to be told from them.
    private static let mostNames = 100_000

    fileprivate var table: String { "\(index.table) \(alias)" }
    fileprivate var id: String { "\(alias).id" }
}

/// One way to find the rows with a text, by how many of all rows they are.
///
/// In the order of their ids the index names them. Few are looked up and sorted. Others are met by
/// going along the order of the key past those without the text, for any stretch has some. Where it
/// has not, for the text goes with the order, they are sorted after all, once twice as many rows are
/// passed as were to be expected.
struct TextPlan {
    fileprivate enum Way {
        case inOrder
        /// So many, which are looked up.
        case few(Int)
        /// In the order of names, along those that begin with the text.
        case around(TextListing.Naming, Others)
        /// So many, which are listed before, so that the others are passed without a look.
        case some(Int)
        /// So many at least, that to look at the texts on the way takes no longer than a list.
        case many(Int)
        /// Met along whatever index the other filters suggest.
        case filtered(isListed: Bool)
    }

    /// The rows with a text whose names do not begin with it, and how many have it in all.
    fileprivate struct Others {
        let ids: [Int64]
        let count: Int
    }

    fileprivate let listing: TextListing
    fileprivate let named: SearchExpression
    fileprivate let way: Way
    /// How many rows the table has.
    fileprivate let size: Int
}

// MARK: - Stretches

extension TextPlan {
    /// All of them, to be counted.
    func counted(_ whole: Stretch) -> Stretch {
        switch way {
        case .inOrder, .few: led(whole)
        case .around, .some, .filtered(isListed: true): listed(whole, listing.id)
        case .many, .filtered(isListed: false): whole
        }
    }

    /// The stretches after a key that follow each other, where so many rows are wanted.
    func stretches(
        of whole: Stretch,
        after last: [StoredValue]?,
        rows: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Stretch] {
        switch way {
        case .inOrder:
            var stretch = led(whole)
            stretch.key = [listing.index.leadingID]
            return [stretch.after(last)]
        case .few(let count):
            if let newest = try newest(of: whole, after: last, count: count, rows, in: snapshot) {
                return newest
            }
            return [led(whole).sorted.after(last)]
        case .around(let naming, let others):
            return around(naming, others.ids, whole).map { $0.after(last) }
        case .filtered(let isListed):
            // They are listed in the order of their ids.
            let column = whole.key == [listing.id] ? listing.id : "+" + listing.id
            return [(isListed ? listed(whole, column) : whole).after(last)]
        case .some(let count), .many(let count):
            if let newest = try newest(of: whole, after: last, count: count, rows, in: snapshot) {
                return newest
            }
            var along = whole
            if case .some = way { along = listed(whole, "+" + listing.id) }
            return try self.along(along, whole, count: count, after: last, rows, in: snapshot)
        }
    }

    /// The first page of the newest that the index names, if the order of the key is nearly that of
    /// the ids; nil if it is not.
    ///
    /// What comes before the last of that page and has a lower id came late: it is told from others by
    /// the key's index alone, and looked up.
    private func newest(
        of whole: Stretch,
        after last: [StoredValue]?,
        count: Int,
        _ rows: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Stretch]? {
        guard last == nil, whole.isDescending, whole.key.count == 2 else { return nil }
        // Eighty entries of an index are passed while one row is looked up.
        guard rows * size < 80 * count * count else { return nil }
        // The index names some that have not the text, or are not to be listed.
        let ids = try listing.index.newest(named, limit: 2 * rows, in: snapshot)
        guard let lowest = ids.last, size - Int(lowest) <= 4 * rows * size / count,
            let bound = try among(ids, whole.sorted).key(at: rows - 1, in: snapshot)
        else { return nil }
        var late = keys(of: whole).upTo(bound)
        let place = late.bind(lowest.stored)
        late.conditions.append("\(listing.id) < $\(place)")
        let mostLate = SearchIndex.few(of: size)
        let more = try late.read(listing.id, limit: mostLate + 1, in: snapshot) {
            row throws(SQLiteError) in try row[0] as Int64
        }
        guard more.count <= mostLate else { return nil }
        return [among(ids + more, whole.sorted).upTo(bound), led(whole).sorted.after(bound)]
    }

    /// All rows of the table, as far as the key's index knows them.
    private func keys(of whole: Stretch) -> Stretch {
        var keys = whole
        keys.source = listing.table
        keys.conditions = []
        keys.values = []
        return keys
    }

    /// Along the order as far as they are to be expected, and sorted from there.
    private func along(
        _ along: Stretch,
        _ whole: Stretch,
        count: Int,
        after last: [StoredValue]?,
        _ rows: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Stretch] {
        let passed = 2 * rows * size / count
        guard let bound = try keys(of: whole).after(last).key(at: passed, in: snapshot) else {
            return [along.after(last)]
        }
        return [along.after(last).upTo(bound), led(whole).sorted.after(bound)]
    }

    /// In the order of names those that begin with the text, along it, and before and after them the
    /// others with the text, sorted.
    private func around(
        _ naming: TextListing.Naming,
        _ others: [Int64],
        _ whole: Stretch
    ) -> [Stretch] {
        func part(_ stretch: Stretch, _ sign: String, _ bound: String) -> Stretch {
            var stretch = stretch
            let place = stretch.bind(bound.stored)
            stretch.conditions.append("\(naming.column) \(sign) $\(place)")
            return stretch
        }
        let apart = among(others, whole.sorted)
        let before = part(apart, "<", naming.start)
        let within = part(part(whole, ">=", naming.start), "<", naming.end)
        let after = part(apart, ">=", naming.end)
        return whole.isDescending ? [after, within, before] : [before, within, after]
    }

    /// Those with these ids.
    private func among(_ ids: [Int64], _ whole: Stretch) -> Stretch {
        var stretch = whole
        let place = stretch.bind(SearchIndex.array(of: ids))
        stretch.conditions.append(SearchIndex.condition(listing.id, isAmong: place))
        return stretch
    }

    /// Led to by the index.
    private func led(_ whole: Stretch) -> Stretch {
        var stretch = whole
        let place = stretch.bind(named.text.stored)
        let (source, condition) = listing.index.leading(
            to: whole.source,
            by: listing.id,
            place: place
        )
        stretch.source = source
        stretch.conditions.append(condition)
        return stretch
    }

    /// Those that the index lists first.
    private func listed(_ whole: Stretch, _ column: String) -> Stretch {
        var stretch = whole
        let place = stretch.bind(named.text.stored)
        stretch.conditions.append(listing.index.condition(column, place: place))
        return stretch
    }
}
