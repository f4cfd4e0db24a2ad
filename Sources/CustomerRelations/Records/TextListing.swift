// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A list of the rows with a text in the order of a key, and the index that names them.
struct TextListing {
    let index: SearchIndex
    /// What the table is called in the SELECT.
    let alias: String
    let expression: SearchExpression
    /// The column of names and the text as it was typed: names that begin with it follow each other
    /// in their order.
    let naming: (column: String, start: String)?

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
        guard isFiltered || !isInOrder else {
            return TextPlan(listing: self, named: named, way: .inOrder, size: 0)
        }
        let size = try index.size(in: snapshot)
        let some = SearchIndex.some(of: size)
        let count = try index.count(named, upTo: some + 1, in: snapshot)
        let way: TextPlan.Way
        if count <= SearchIndex.few(of: size) {
            way = isInOrder ? .inOrder : .few
        } else if isFiltered {
            way = .filtered(isListed: count <= some)
        } else {
            way = count <= some ? .some(count) : .many(count)
        }
        return TextPlan(listing: self, named: named, way: way, size: size)
    }

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
        case few
        /// So many, which are listed before, so that the others are passed without a look.
        case some(Int)
        /// So many at least, that to look at the texts on the way takes no longer than a list.
        case many(Int)
        /// Met along whatever index the other filters suggest.
        case filtered(isListed: Bool)
    }

    /// The most names that begin with the text, if the others that have it are to be told from
    /// them.
    private static let mostNames = 100_000

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
        case .some, .filtered(isListed: true): listed(whole, listing.id)
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
        case .few:
            return [led(whole).sorted.after(last)]
        case .filtered(let isListed):
            // They are listed in the order of their ids.
            let column = whole.key == [listing.id] ? listing.id : "+" + listing.id
            return [(isListed ? listed(whole, column) : whole).after(last)]
        case .some(let count):
            if let parts = try aroundNames(whole, in: snapshot) {
                return parts.map { $0.after(last) }
            }
            let along = listed(whole, "+" + listing.id)
            return try self.along(along, whole, count: count, after: last, rows, in: snapshot)
        case .many(let count):
            if let parts = try aroundNames(whole, in: snapshot) {
                return parts.map { $0.after(last) }
            }
            return try along(whole, whole, count: count, after: last, rows, in: snapshot)
        }
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
        var keys = whole
        keys.source = table
        keys.conditions = []
        keys.values = []
        let passed = 2 * rows * size / count
        guard let bound = try keys.after(last).key(at: passed, in: snapshot) else {
            return [along.after(last)]
        }
        return [along.after(last).upTo(bound), led(whole).sorted.after(bound)]
    }

    /// In the order of names those that begin with the text, along it, and before and after them the
    /// others with the text, sorted; nil unless those are few.
    ///
    /// A surname stands in few names but at their beginning, where going along the order from its
    /// start would pass half of all names to find those few.
    private func aroundNames(
        _ whole: Stretch,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Stretch]? {
        guard let naming = listing.naming, whole.key.first == naming.column else { return nil }
        // To look these up takes longer than few, but not as long as to pass the names before.
        let mostOthers = 3 * SearchIndex.few(of: size)
        // The last scalar of all.
        let end = naming.start + "\u{10FFFF}"
        let inside = try snapshot.all(
            """
            SELECT \(listing.id) FROM \(table)
            WHERE \(naming.column) >= $1 AND \(naming.column) < $2 LIMIT $3
            """,
            naming.start,
            end,
            Self.mostNames
        ) { row throws(SQLiteError) in try row[0] as Int64 }
        let most = inside.count + mostOthers
        guard !inside.isEmpty, inside.count < Self.mostNames else { return nil }
        let all = try listing.index.list(named, limit: most + 1, in: snapshot)
        guard all.count <= most else { return nil }
        let names = Set(inside)
        let others = all.filter { !names.contains($0) }
        guard others.count <= mostOthers else { return nil }

        func part(_ stretch: Stretch, _ sign: String, _ bound: String) -> Stretch {
            var stretch = stretch
            let place = stretch.bind(bound.stored)
            stretch.conditions.append("\(naming.column) \(sign) $\(place)")
            return stretch
        }
        let apart = among(others, whole.sorted)
        let before = part(apart, "<", naming.start)
        let within = part(part(whole, ">=", naming.start), "<", end)
        let after = part(apart, ">=", end)
        return whole.isDescending ? [after, within, before] : [before, within, after]
    }

    private var table: String { "\(listing.index.table) \(listing.alias)" }

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
