// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Foundation
import Synchronization
import TestSupport

/// What the writer has answered, each request once.
///
/// `@unchecked Sendable`: `answers` is touched only while `condition` is locked.
final class Answers<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var answers: [Int: [Result<Value, any Error>]] = [:]
    private var count = 0

    func add(_ number: Int, _ answer: Result<Value, any Error>) {
        condition.withLock {
            answers[number, default: []].append(answer)
            count += 1
            condition.signal()
        }
    }

    /// Waits until so many have come, and throws if they do not within half a minute.
    func wait(for expected: Int) throws {
        let deadline = Date(timeIntervalSinceNow: 30)
        try condition.withLock {
            while count < expected {
                guard condition.wait(until: deadline) else {
                    throw TestFailure("\(expected - count) of \(expected) have no answer")
                }
            }
        }
    }

    /// The answers by the number of the request; throws if one was answered twice.
    func all() throws -> [Int: Result<Value, any Error>] {
        try condition.withLock {
            try answers.mapValues { answers in
                guard answers.count == 1 else { throw TestFailure("a request has two answers") }
                return answers[0]
            }
        }
    }
}

/// A count that several threads add to.
final class Counter: Sendable {
    private let count = Atomic(0)

    var now: Int { count.load(ordering: .relaxed) }

    func add() { count.add(1, ordering: .relaxed) }
}
