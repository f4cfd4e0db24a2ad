// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

/// Settings from the environment: the option `--log-level` reads `GUANXI_LOG_LEVEL`.
enum Environment {
    /// The value of an option's variable, or the default; ends the program with 64 if the variable
    /// holds nothing that the option could.
    static func value<Value: ExpressibleByArgument>(
        _ name: String,
        default fallback: Value
    ) -> Value {
        value(name) ?? fallback
    }

    /// A variable that is no setting of ours.
    static func raw(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name]
    }

    static func value<Value: ExpressibleByArgument>(_ name: String) -> Value? {
        let variable = "GUANXI_" + name
        guard let text = ProcessInfo.processInfo.environment[variable], !text.isEmpty else {
            return nil
        }
        guard let value = Value(argument: text) else {
            let legal = Value.allValueStrings
            let hint = legal.isEmpty ? "" : ", which takes " + legal.joined(separator: ", ")
            Console.complain("“\(text)” is no value for \(variable)\(hint)")
            exit(Failure.usage)
        }
        return value
    }
}

/// A setting that is on or off.
enum Switch: String, ExpressibleByArgument, CaseIterable {
    case on
    case off

    var isOn: Bool {
        self == .on
    }
}
