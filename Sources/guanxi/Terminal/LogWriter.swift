// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CustomerRelations
import Foundation
import JSON
import Logging

/// Writes log lines to standard error: as JSON for machines, or as text for people.
struct LogWriter: LogHandler {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json
        case text
    }

    private let format: Format
    private let label: String
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    init(_ label: String, format: Format, level: Logger.Level) {
        self.label = label
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let now = Instant(rawValue: SystemClock.now)
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let sorted = all.sorted { $0.key < $1.key }
        var line: String
        switch format {
        case .text:
            line = "\(now.rfc3339) \(event.level) \(event.message)"
            for (key, value) in sorted { line += " \(key)=\(value)" }
        case .json:
            line = "{\"time\":\"\(now.rfc3339)\",\"level\":\"\(event.level)\""
            line += ",\"message\":\(Self.quoted("\(event.message)"))"
            for (key, value) in sorted {
                line += ",\(Self.quoted(key)):\(Self.json(value))"
            }
            line += "}"
        }
        // A log that cannot be written has nowhere to say so.
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    /// Numbers as numbers, all else as text.
    private static func json(_ value: Logger.MetadataValue) -> String {
        guard case .stringConvertible(let number) = value, number is Int || number is Double else {
            return quoted("\(value)")
        }
        return "\(number)"
    }

    private static func quoted(_ text: String) -> String {
        JSON.string(text).text
    }
}
