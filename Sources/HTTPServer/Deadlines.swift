// SPDX-License-Identifier: Apache-2.0

/// A heap of the times at which connections have to be looked at.
///
/// A deadline that moves later leaves its entry where it is: when the entry comes up, the
/// connection is asked and entered anew. So a request costs no work here.
struct Deadlines {
    struct Entry {
        let time: Int
        let slot: UInt32
        let generation: UInt32
    }

    private var heap: [Entry] = []

    var earliest: Int? { heap.first?.time }

    mutating func add(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].time < heap[parent].time else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out the earliest entry that is due.
    mutating func next(at now: Int) -> Entry? {
        guard let first = heap.first, first.time <= now else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].time < heap[least].time { least = child }
            }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
