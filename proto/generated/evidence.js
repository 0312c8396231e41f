// Generated from proto/evidence.proto by scripts/generate.mjs: edit that, not this.
/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError, $TypeError = $util.global.TypeError, $String = $util.global.String, $Array = $util.global.Array, $Number = $util.global.Number, $parseInt = $util.global.parseInt, $BigInt = $util.global.BigInt, $Boolean = $util.global.Boolean;

const $root = $protobuf.roots["sealcam/evidence"] || ($protobuf.roots["sealcam/evidence"] = {});

export const sealcam = $root.sealcam = (() => {

    const sealcam = {};

    sealcam.evidence = (function() {

        const evidence = {};

        evidence.Envelope = (function() {

            const Envelope = function (properties) {
                this.signatures = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Envelope.prototype.payload = $util.newBuffer([]);
            Envelope.prototype.payloadType = "";
            Envelope.prototype.signatures = $util.emptyArray;

            Envelope.create = function(properties) {
                return new Envelope(properties);
            };

            Envelope.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.payload != null && $Object.hasOwnProperty.call(message, "payload") && message.payload.length)
                    writer.uint32(10).bytes(message.payload);
                if (message.payloadType != null && $Object.hasOwnProperty.call(message, "payloadType") && message.payloadType !== "")
                    writer.uint32(18).string(message.payloadType);
                if (message.signatures != null && message.signatures.length)
                    for (let i = 0; i < message.signatures.length; ++i)
                        $root.sealcam.evidence.Signature.encode(message.signatures[i], writer.uint32(26).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Envelope.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Envelope();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.payload = value;
                            else
                                delete message.payload;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.payloadType = value;
                            else
                                delete message.payloadType;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.signatures && message.signatures.length))
                                message.signatures = [];
                            message.signatures.push($root.sealcam.evidence.Signature.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Envelope.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Envelope)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Envelope: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Envelope();
                if (object.payload != null)
                    if (object.payload.length)
                        if (typeof object.payload === "string")
                            $util.base64.decode(object.payload, message.payload = $util.newBuffer($util.base64.length(object.payload)), 0);
                        else if (object.payload.length >= 0)
                            message.payload = object.payload;
                if (object.payloadType != null)
                    if (typeof object.payloadType !== "string" || object.payloadType.length)
                        message.payloadType = $String(object.payloadType);
                if (object.signatures) {
                    if (!$Array.isArray(object.signatures))
                        throw $TypeError(".sealcam.evidence.Envelope.signatures: array expected");
                    message.signatures = $Array(object.signatures.length);
                    for (let i = 0; i < object.signatures.length; ++i) {
                        if (!$util.isObject(object.signatures[i]))
                            throw $TypeError(".sealcam.evidence.Envelope.signatures: object expected");
                        message.signatures[i] = $root.sealcam.evidence.Signature.fromObject(object.signatures[i], _depth + 1);
                    }
                }
                return message;
            };

            Envelope.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.signatures = [];
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.payload = "";
                    else {
                        object.payload = [];
                        if (options.bytes !== $Array)
                            object.payload = $util.newBuffer(object.payload);
                    }
                    object.payloadType = "";
                }
                if (message.payload != null && $Object.hasOwnProperty.call(message, "payload"))
                    object.payload = options.bytes === $String ? $util.base64.encode(message.payload, 0, message.payload.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.payload) : message.payload;
                if (message.payloadType != null && $Object.hasOwnProperty.call(message, "payloadType"))
                    object.payloadType = message.payloadType;
                if (message.signatures && message.signatures.length) {
                    object.signatures = $Array(message.signatures.length);
                    for (let j = 0; j < message.signatures.length; ++j)
                        object.signatures[j] = $root.sealcam.evidence.Signature.toObject(message.signatures[j], options, _depth + 1);
                }
                return object;
            };

            Envelope.prototype.toJSON = function() {
                return Envelope.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Envelope;
        })();

        evidence.Signature = (function() {

            const Signature = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Signature.prototype.sig = $util.newBuffer([]);
            Signature.prototype.keyid = "";

            Signature.create = function(properties) {
                return new Signature(properties);
            };

            Signature.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.sig != null && $Object.hasOwnProperty.call(message, "sig") && message.sig.length)
                    writer.uint32(10).bytes(message.sig);
                if (message.keyid != null && $Object.hasOwnProperty.call(message, "keyid") && message.keyid !== "")
                    writer.uint32(18).string(message.keyid);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Signature.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Signature();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.sig = value;
                            else
                                delete message.sig;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.keyid = value;
                            else
                                delete message.keyid;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Signature.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Signature)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Signature: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Signature();
                if (object.sig != null)
                    if (object.sig.length)
                        if (typeof object.sig === "string")
                            $util.base64.decode(object.sig, message.sig = $util.newBuffer($util.base64.length(object.sig)), 0);
                        else if (object.sig.length >= 0)
                            message.sig = object.sig;
                if (object.keyid != null)
                    if (typeof object.keyid !== "string" || object.keyid.length)
                        message.keyid = $String(object.keyid);
                return message;
            };

            Signature.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.sig = "";
                    else {
                        object.sig = [];
                        if (options.bytes !== $Array)
                            object.sig = $util.newBuffer(object.sig);
                    }
                    object.keyid = "";
                }
                if (message.sig != null && $Object.hasOwnProperty.call(message, "sig"))
                    object.sig = options.bytes === $String ? $util.base64.encode(message.sig, 0, message.sig.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.sig) : message.sig;
                if (message.keyid != null && $Object.hasOwnProperty.call(message, "keyid"))
                    object.keyid = message.keyid;
                return object;
            };

            Signature.prototype.toJSON = function() {
                return Signature.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Signature;
        })();

        evidence.Session = (function() {

            const Session = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Session.prototype.certificate = $util.newBuffer([]);
            Session.prototype.format = 0;
            Session.prototype.deviceId = "";
            Session.prototype.sessionKey = $util.newBuffer([]);
            Session.prototype.bootCounter = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Session.prototype.previousSession = $util.newBuffer([]);
            Session.prototype.nextRecordingNumber = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Session.prototype.newestStatement = $util.newBuffer([]);
            Session.prototype.chain = $util.newBuffer([]);

            Session.create = function(properties) {
                return new Session(properties);
            };

            Session.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.certificate != null && $Object.hasOwnProperty.call(message, "certificate") && message.certificate.length)
                    writer.uint32(10).bytes(message.certificate);
                if (message.format != null && $Object.hasOwnProperty.call(message, "format") && message.format !== 0)
                    writer.uint32(16).uint32(message.format);
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId") && message.deviceId !== "")
                    writer.uint32(26).string(message.deviceId);
                if (message.sessionKey != null && $Object.hasOwnProperty.call(message, "sessionKey") && message.sessionKey.length)
                    writer.uint32(34).bytes(message.sessionKey);
                if (message.bootCounter != null && $Object.hasOwnProperty.call(message, "bootCounter") && (typeof message.bootCounter === "object" ? message.bootCounter.low || message.bootCounter.high : message.bootCounter !== 0))
                    writer.uint32(40).uint64(message.bootCounter);
                if (message.previousSession != null && $Object.hasOwnProperty.call(message, "previousSession") && message.previousSession.length)
                    writer.uint32(50).bytes(message.previousSession);
                if (message.nextRecordingNumber != null && $Object.hasOwnProperty.call(message, "nextRecordingNumber") && (typeof message.nextRecordingNumber === "object" ? message.nextRecordingNumber.low || message.nextRecordingNumber.high : message.nextRecordingNumber !== 0))
                    writer.uint32(56).uint64(message.nextRecordingNumber);
                if (message.newestStatement != null && $Object.hasOwnProperty.call(message, "newestStatement") && message.newestStatement.length)
                    writer.uint32(66).bytes(message.newestStatement);
                if (message.chain != null && $Object.hasOwnProperty.call(message, "chain") && message.chain.length)
                    writer.uint32(74).bytes(message.chain);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Session.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Session();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.certificate = value;
                            else
                                delete message.certificate;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.format = value;
                            else
                                delete message.format;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.deviceId = value;
                            else
                                delete message.deviceId;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.sessionKey = value;
                            else
                                delete message.sessionKey;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.bootCounter = value;
                            else
                                delete message.bootCounter;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.previousSession = value;
                            else
                                delete message.previousSession;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.nextRecordingNumber = value;
                            else
                                delete message.nextRecordingNumber;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.newestStatement = value;
                            else
                                delete message.newestStatement;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.chain = value;
                            else
                                delete message.chain;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Session.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Session)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Session: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Session();
                if (object.certificate != null)
                    if (object.certificate.length)
                        if (typeof object.certificate === "string")
                            $util.base64.decode(object.certificate, message.certificate = $util.newBuffer($util.base64.length(object.certificate)), 0);
                        else if (object.certificate.length >= 0)
                            message.certificate = object.certificate;
                if (object.format != null)
                    if ($Number(object.format) !== 0)
                        message.format = object.format >>> 0;
                if (object.deviceId != null)
                    if (typeof object.deviceId !== "string" || object.deviceId.length)
                        message.deviceId = $String(object.deviceId);
                if (object.sessionKey != null)
                    if (object.sessionKey.length)
                        if (typeof object.sessionKey === "string")
                            $util.base64.decode(object.sessionKey, message.sessionKey = $util.newBuffer($util.base64.length(object.sessionKey)), 0);
                        else if (object.sessionKey.length >= 0)
                            message.sessionKey = object.sessionKey;
                if (object.bootCounter != null)
                    if (typeof object.bootCounter === "object" ? object.bootCounter.low || object.bootCounter.high : $Number(object.bootCounter) !== 0)
                        if ($util.Long)
                            message.bootCounter = $util.Long.fromValue(object.bootCounter, true);
                        else if (typeof object.bootCounter === "string")
                            message.bootCounter = $parseInt(object.bootCounter, 10);
                        else if (typeof object.bootCounter === "number")
                            message.bootCounter = object.bootCounter;
                        else if (typeof object.bootCounter === "object")
                            message.bootCounter = new $util.LongBits(object.bootCounter.low >>> 0, object.bootCounter.high >>> 0).toNumber(true);
                if (object.previousSession != null)
                    if (object.previousSession.length)
                        if (typeof object.previousSession === "string")
                            $util.base64.decode(object.previousSession, message.previousSession = $util.newBuffer($util.base64.length(object.previousSession)), 0);
                        else if (object.previousSession.length >= 0)
                            message.previousSession = object.previousSession;
                if (object.nextRecordingNumber != null)
                    if (typeof object.nextRecordingNumber === "object" ? object.nextRecordingNumber.low || object.nextRecordingNumber.high : $Number(object.nextRecordingNumber) !== 0)
                        if ($util.Long)
                            message.nextRecordingNumber = $util.Long.fromValue(object.nextRecordingNumber, true);
                        else if (typeof object.nextRecordingNumber === "string")
                            message.nextRecordingNumber = $parseInt(object.nextRecordingNumber, 10);
                        else if (typeof object.nextRecordingNumber === "number")
                            message.nextRecordingNumber = object.nextRecordingNumber;
                        else if (typeof object.nextRecordingNumber === "object")
                            message.nextRecordingNumber = new $util.LongBits(object.nextRecordingNumber.low >>> 0, object.nextRecordingNumber.high >>> 0).toNumber(true);
                if (object.newestStatement != null)
                    if (object.newestStatement.length)
                        if (typeof object.newestStatement === "string")
                            $util.base64.decode(object.newestStatement, message.newestStatement = $util.newBuffer($util.base64.length(object.newestStatement)), 0);
                        else if (object.newestStatement.length >= 0)
                            message.newestStatement = object.newestStatement;
                if (object.chain != null)
                    if (object.chain.length)
                        if (typeof object.chain === "string")
                            $util.base64.decode(object.chain, message.chain = $util.newBuffer($util.base64.length(object.chain)), 0);
                        else if (object.chain.length >= 0)
                            message.chain = object.chain;
                return message;
            };

            Session.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.certificate = "";
                    else {
                        object.certificate = [];
                        if (options.bytes !== $Array)
                            object.certificate = $util.newBuffer(object.certificate);
                    }
                    object.format = 0;
                    object.deviceId = "";
                    if (options.bytes === $String)
                        object.sessionKey = "";
                    else {
                        object.sessionKey = [];
                        if (options.bytes !== $Array)
                            object.sessionKey = $util.newBuffer(object.sessionKey);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.bootCounter = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.bootCounter = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.previousSession = "";
                    else {
                        object.previousSession = [];
                        if (options.bytes !== $Array)
                            object.previousSession = $util.newBuffer(object.previousSession);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.nextRecordingNumber = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.nextRecordingNumber = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.newestStatement = "";
                    else {
                        object.newestStatement = [];
                        if (options.bytes !== $Array)
                            object.newestStatement = $util.newBuffer(object.newestStatement);
                    }
                    if (options.bytes === $String)
                        object.chain = "";
                    else {
                        object.chain = [];
                        if (options.bytes !== $Array)
                            object.chain = $util.newBuffer(object.chain);
                    }
                }
                if (message.certificate != null && $Object.hasOwnProperty.call(message, "certificate"))
                    object.certificate = options.bytes === $String ? $util.base64.encode(message.certificate, 0, message.certificate.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.certificate) : message.certificate;
                if (message.format != null && $Object.hasOwnProperty.call(message, "format"))
                    object.format = message.format;
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId"))
                    object.deviceId = message.deviceId;
                if (message.sessionKey != null && $Object.hasOwnProperty.call(message, "sessionKey"))
                    object.sessionKey = options.bytes === $String ? $util.base64.encode(message.sessionKey, 0, message.sessionKey.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.sessionKey) : message.sessionKey;
                if (message.bootCounter != null && $Object.hasOwnProperty.call(message, "bootCounter"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.bootCounter = typeof message.bootCounter === "number" ? $BigInt(message.bootCounter) : $util.Long.fromBits(message.bootCounter.low >>> 0, message.bootCounter.high >>> 0, true).toBigInt();
                    else if (typeof message.bootCounter === "number")
                        object.bootCounter = options.longs === $String ? $String(message.bootCounter) : message.bootCounter;
                    else
                        object.bootCounter = options.longs === $String ? $util.Long.prototype.toString.call(message.bootCounter) : options.longs === $Number ? new $util.LongBits(message.bootCounter.low >>> 0, message.bootCounter.high >>> 0).toNumber(true) : message.bootCounter;
                if (message.previousSession != null && $Object.hasOwnProperty.call(message, "previousSession"))
                    object.previousSession = options.bytes === $String ? $util.base64.encode(message.previousSession, 0, message.previousSession.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.previousSession) : message.previousSession;
                if (message.nextRecordingNumber != null && $Object.hasOwnProperty.call(message, "nextRecordingNumber"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.nextRecordingNumber = typeof message.nextRecordingNumber === "number" ? $BigInt(message.nextRecordingNumber) : $util.Long.fromBits(message.nextRecordingNumber.low >>> 0, message.nextRecordingNumber.high >>> 0, true).toBigInt();
                    else if (typeof message.nextRecordingNumber === "number")
                        object.nextRecordingNumber = options.longs === $String ? $String(message.nextRecordingNumber) : message.nextRecordingNumber;
                    else
                        object.nextRecordingNumber = options.longs === $String ? $util.Long.prototype.toString.call(message.nextRecordingNumber) : options.longs === $Number ? new $util.LongBits(message.nextRecordingNumber.low >>> 0, message.nextRecordingNumber.high >>> 0).toNumber(true) : message.nextRecordingNumber;
                if (message.newestStatement != null && $Object.hasOwnProperty.call(message, "newestStatement"))
                    object.newestStatement = options.bytes === $String ? $util.base64.encode(message.newestStatement, 0, message.newestStatement.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.newestStatement) : message.newestStatement;
                if (message.chain != null && $Object.hasOwnProperty.call(message, "chain"))
                    object.chain = options.bytes === $String ? $util.base64.encode(message.chain, 0, message.chain.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.chain) : message.chain;
                return object;
            };

            Session.prototype.toJSON = function() {
                return Session.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Session;
        })();

        evidence.Head = (function() {

            const Head = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Head.prototype.session = $util.newBuffer([]);
            Head.prototype.nonce = $util.newBuffer([]);
            Head.prototype.bootCounter = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Head.prototype.nextRecordingNumber = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Head.prototype.newestStatement = $util.newBuffer([]);

            Head.create = function(properties) {
                return new Head(properties);
            };

            Head.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.session != null && $Object.hasOwnProperty.call(message, "session") && message.session.length)
                    writer.uint32(10).bytes(message.session);
                if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                    writer.uint32(18).bytes(message.nonce);
                if (message.bootCounter != null && $Object.hasOwnProperty.call(message, "bootCounter") && (typeof message.bootCounter === "object" ? message.bootCounter.low || message.bootCounter.high : message.bootCounter !== 0))
                    writer.uint32(24).uint64(message.bootCounter);
                if (message.nextRecordingNumber != null && $Object.hasOwnProperty.call(message, "nextRecordingNumber") && (typeof message.nextRecordingNumber === "object" ? message.nextRecordingNumber.low || message.nextRecordingNumber.high : message.nextRecordingNumber !== 0))
                    writer.uint32(32).uint64(message.nextRecordingNumber);
                if (message.newestStatement != null && $Object.hasOwnProperty.call(message, "newestStatement") && message.newestStatement.length)
                    writer.uint32(42).bytes(message.newestStatement);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Head.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Head();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.session = value;
                            else
                                delete message.session;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.nonce = value;
                            else
                                delete message.nonce;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.bootCounter = value;
                            else
                                delete message.bootCounter;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.nextRecordingNumber = value;
                            else
                                delete message.nextRecordingNumber;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.newestStatement = value;
                            else
                                delete message.newestStatement;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Head.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Head)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Head: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Head();
                if (object.session != null)
                    if (object.session.length)
                        if (typeof object.session === "string")
                            $util.base64.decode(object.session, message.session = $util.newBuffer($util.base64.length(object.session)), 0);
                        else if (object.session.length >= 0)
                            message.session = object.session;
                if (object.nonce != null)
                    if (object.nonce.length)
                        if (typeof object.nonce === "string")
                            $util.base64.decode(object.nonce, message.nonce = $util.newBuffer($util.base64.length(object.nonce)), 0);
                        else if (object.nonce.length >= 0)
                            message.nonce = object.nonce;
                if (object.bootCounter != null)
                    if (typeof object.bootCounter === "object" ? object.bootCounter.low || object.bootCounter.high : $Number(object.bootCounter) !== 0)
                        if ($util.Long)
                            message.bootCounter = $util.Long.fromValue(object.bootCounter, true);
                        else if (typeof object.bootCounter === "string")
                            message.bootCounter = $parseInt(object.bootCounter, 10);
                        else if (typeof object.bootCounter === "number")
                            message.bootCounter = object.bootCounter;
                        else if (typeof object.bootCounter === "object")
                            message.bootCounter = new $util.LongBits(object.bootCounter.low >>> 0, object.bootCounter.high >>> 0).toNumber(true);
                if (object.nextRecordingNumber != null)
                    if (typeof object.nextRecordingNumber === "object" ? object.nextRecordingNumber.low || object.nextRecordingNumber.high : $Number(object.nextRecordingNumber) !== 0)
                        if ($util.Long)
                            message.nextRecordingNumber = $util.Long.fromValue(object.nextRecordingNumber, true);
                        else if (typeof object.nextRecordingNumber === "string")
                            message.nextRecordingNumber = $parseInt(object.nextRecordingNumber, 10);
                        else if (typeof object.nextRecordingNumber === "number")
                            message.nextRecordingNumber = object.nextRecordingNumber;
                        else if (typeof object.nextRecordingNumber === "object")
                            message.nextRecordingNumber = new $util.LongBits(object.nextRecordingNumber.low >>> 0, object.nextRecordingNumber.high >>> 0).toNumber(true);
                if (object.newestStatement != null)
                    if (object.newestStatement.length)
                        if (typeof object.newestStatement === "string")
                            $util.base64.decode(object.newestStatement, message.newestStatement = $util.newBuffer($util.base64.length(object.newestStatement)), 0);
                        else if (object.newestStatement.length >= 0)
                            message.newestStatement = object.newestStatement;
                return message;
            };

            Head.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.session = "";
                    else {
                        object.session = [];
                        if (options.bytes !== $Array)
                            object.session = $util.newBuffer(object.session);
                    }
                    if (options.bytes === $String)
                        object.nonce = "";
                    else {
                        object.nonce = [];
                        if (options.bytes !== $Array)
                            object.nonce = $util.newBuffer(object.nonce);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.bootCounter = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.bootCounter = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.nextRecordingNumber = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.nextRecordingNumber = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.newestStatement = "";
                    else {
                        object.newestStatement = [];
                        if (options.bytes !== $Array)
                            object.newestStatement = $util.newBuffer(object.newestStatement);
                    }
                }
                if (message.session != null && $Object.hasOwnProperty.call(message, "session"))
                    object.session = options.bytes === $String ? $util.base64.encode(message.session, 0, message.session.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.session) : message.session;
                if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce"))
                    object.nonce = options.bytes === $String ? $util.base64.encode(message.nonce, 0, message.nonce.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.nonce) : message.nonce;
                if (message.bootCounter != null && $Object.hasOwnProperty.call(message, "bootCounter"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.bootCounter = typeof message.bootCounter === "number" ? $BigInt(message.bootCounter) : $util.Long.fromBits(message.bootCounter.low >>> 0, message.bootCounter.high >>> 0, true).toBigInt();
                    else if (typeof message.bootCounter === "number")
                        object.bootCounter = options.longs === $String ? $String(message.bootCounter) : message.bootCounter;
                    else
                        object.bootCounter = options.longs === $String ? $util.Long.prototype.toString.call(message.bootCounter) : options.longs === $Number ? new $util.LongBits(message.bootCounter.low >>> 0, message.bootCounter.high >>> 0).toNumber(true) : message.bootCounter;
                if (message.nextRecordingNumber != null && $Object.hasOwnProperty.call(message, "nextRecordingNumber"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.nextRecordingNumber = typeof message.nextRecordingNumber === "number" ? $BigInt(message.nextRecordingNumber) : $util.Long.fromBits(message.nextRecordingNumber.low >>> 0, message.nextRecordingNumber.high >>> 0, true).toBigInt();
                    else if (typeof message.nextRecordingNumber === "number")
                        object.nextRecordingNumber = options.longs === $String ? $String(message.nextRecordingNumber) : message.nextRecordingNumber;
                    else
                        object.nextRecordingNumber = options.longs === $String ? $util.Long.prototype.toString.call(message.nextRecordingNumber) : options.longs === $Number ? new $util.LongBits(message.nextRecordingNumber.low >>> 0, message.nextRecordingNumber.high >>> 0).toNumber(true) : message.nextRecordingNumber;
                if (message.newestStatement != null && $Object.hasOwnProperty.call(message, "newestStatement"))
                    object.newestStatement = options.bytes === $String ? $util.base64.encode(message.newestStatement, 0, message.newestStatement.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.newestStatement) : message.newestStatement;
                return object;
            };

            Head.prototype.toJSON = function() {
                return Head.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Head;
        })();

        evidence.Opening = (function() {

            const Opening = function (properties) {
                this.shareCommitments = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Opening.prototype.core = $util.newBuffer([]);
            Opening.prototype.shareCommitments = $util.emptyArray;
            Opening.prototype.keyEnvelopeHash = $util.newBuffer([]);

            Opening.create = function(properties) {
                return new Opening(properties);
            };

            Opening.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.core != null && $Object.hasOwnProperty.call(message, "core") && message.core.length)
                    writer.uint32(10).bytes(message.core);
                if (message.shareCommitments != null && message.shareCommitments.length)
                    for (let i = 0; i < message.shareCommitments.length; ++i)
                        writer.uint32(18).bytes(message.shareCommitments[i]);
                if (message.keyEnvelopeHash != null && $Object.hasOwnProperty.call(message, "keyEnvelopeHash") && message.keyEnvelopeHash.length)
                    writer.uint32(26).bytes(message.keyEnvelopeHash);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Opening.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Opening();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.core = value;
                            else
                                delete message.core;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.shareCommitments && message.shareCommitments.length))
                                message.shareCommitments = [];
                            message.shareCommitments.push(reader.bytes());
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.keyEnvelopeHash = value;
                            else
                                delete message.keyEnvelopeHash;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Opening.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Opening)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Opening: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Opening();
                if (object.core != null)
                    if (object.core.length)
                        if (typeof object.core === "string")
                            $util.base64.decode(object.core, message.core = $util.newBuffer($util.base64.length(object.core)), 0);
                        else if (object.core.length >= 0)
                            message.core = object.core;
                if (object.shareCommitments) {
                    if (!$Array.isArray(object.shareCommitments))
                        throw $TypeError(".sealcam.evidence.Opening.shareCommitments: array expected");
                    message.shareCommitments = $Array(object.shareCommitments.length);
                    for (let i = 0; i < object.shareCommitments.length; ++i)
                        if (typeof object.shareCommitments[i] === "string")
                            $util.base64.decode(object.shareCommitments[i], message.shareCommitments[i] = $util.newBuffer($util.base64.length(object.shareCommitments[i])), 0);
                        else if (object.shareCommitments[i].length >= 0)
                            message.shareCommitments[i] = object.shareCommitments[i];
                }
                if (object.keyEnvelopeHash != null)
                    if (object.keyEnvelopeHash.length)
                        if (typeof object.keyEnvelopeHash === "string")
                            $util.base64.decode(object.keyEnvelopeHash, message.keyEnvelopeHash = $util.newBuffer($util.base64.length(object.keyEnvelopeHash)), 0);
                        else if (object.keyEnvelopeHash.length >= 0)
                            message.keyEnvelopeHash = object.keyEnvelopeHash;
                return message;
            };

            Opening.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.shareCommitments = [];
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.core = "";
                    else {
                        object.core = [];
                        if (options.bytes !== $Array)
                            object.core = $util.newBuffer(object.core);
                    }
                    if (options.bytes === $String)
                        object.keyEnvelopeHash = "";
                    else {
                        object.keyEnvelopeHash = [];
                        if (options.bytes !== $Array)
                            object.keyEnvelopeHash = $util.newBuffer(object.keyEnvelopeHash);
                    }
                }
                if (message.core != null && $Object.hasOwnProperty.call(message, "core"))
                    object.core = options.bytes === $String ? $util.base64.encode(message.core, 0, message.core.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.core) : message.core;
                if (message.shareCommitments && message.shareCommitments.length) {
                    object.shareCommitments = $Array(message.shareCommitments.length);
                    for (let j = 0; j < message.shareCommitments.length; ++j)
                        object.shareCommitments[j] = options.bytes === $String ? $util.base64.encode(message.shareCommitments[j], 0, message.shareCommitments[j].length) : options.bytes === $Array ? $Array.prototype.slice.call(message.shareCommitments[j]) : message.shareCommitments[j];
                }
                if (message.keyEnvelopeHash != null && $Object.hasOwnProperty.call(message, "keyEnvelopeHash"))
                    object.keyEnvelopeHash = options.bytes === $String ? $util.base64.encode(message.keyEnvelopeHash, 0, message.keyEnvelopeHash.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.keyEnvelopeHash) : message.keyEnvelopeHash;
                return object;
            };

            Opening.prototype.toJSON = function() {
                return Opening.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Opening;
        })();

        evidence.Core = (function() {

            const Core = function (properties) {
                this.roles = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Core.prototype.format = 0;
            Core.prototype.session = $util.newBuffer([]);
            Core.prototype.deviceId = "";
            Core.prototype.recordingId = $util.newBuffer([]);
            Core.prototype.recordingNumber = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Core.prototype.previous = null;
            Core.prototype.rosterVersion = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Core.prototype.roster = $util.newBuffer([]);
            Core.prototype.roles = $util.emptyArray;
            Core.prototype.policy = "";
            Core.prototype.claimedStart = null;
            Core.prototype.startKind = 0;
            Core.prototype.policyDigest = $util.newBuffer([]);
            Core.prototype.policyVersion = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            Core.create = function(properties) {
                return new Core(properties);
            };

            Core.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.format != null && $Object.hasOwnProperty.call(message, "format") && message.format !== 0)
                    writer.uint32(8).uint32(message.format);
                if (message.session != null && $Object.hasOwnProperty.call(message, "session") && message.session.length)
                    writer.uint32(18).bytes(message.session);
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId") && message.deviceId !== "")
                    writer.uint32(26).string(message.deviceId);
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId") && message.recordingId.length)
                    writer.uint32(34).bytes(message.recordingId);
                if (message.recordingNumber != null && $Object.hasOwnProperty.call(message, "recordingNumber") && (typeof message.recordingNumber === "object" ? message.recordingNumber.low || message.recordingNumber.high : message.recordingNumber !== 0))
                    writer.uint32(40).uint64(message.recordingNumber);
                if (message.previous != null && $Object.hasOwnProperty.call(message, "previous"))
                    $root.sealcam.evidence.PreviousRecording.encode(message.previous, writer.uint32(50).fork(), _depth + 1).ldelim();
                if (message.rosterVersion != null && $Object.hasOwnProperty.call(message, "rosterVersion") && (typeof message.rosterVersion === "object" ? message.rosterVersion.low || message.rosterVersion.high : message.rosterVersion !== 0))
                    writer.uint32(56).uint64(message.rosterVersion);
                if (message.roster != null && $Object.hasOwnProperty.call(message, "roster") && message.roster.length)
                    writer.uint32(66).bytes(message.roster);
                if (message.roles != null && message.roles.length)
                    for (let i = 0; i < message.roles.length; ++i)
                        writer.uint32(74).string(message.roles[i]);
                if (message.policy != null && $Object.hasOwnProperty.call(message, "policy") && message.policy !== "")
                    writer.uint32(82).string(message.policy);
                if (message.claimedStart != null && $Object.hasOwnProperty.call(message, "claimedStart"))
                    $root.sealcam.evidence.Moment.encode(message.claimedStart, writer.uint32(90).fork(), _depth + 1).ldelim();
                if (message.startKind != null && $Object.hasOwnProperty.call(message, "startKind") && message.startKind !== 0)
                    writer.uint32(96).int32(message.startKind);
                if (message.policyDigest != null && $Object.hasOwnProperty.call(message, "policyDigest") && message.policyDigest.length)
                    writer.uint32(106).bytes(message.policyDigest);
                if (message.policyVersion != null && $Object.hasOwnProperty.call(message, "policyVersion") && (typeof message.policyVersion === "object" ? message.policyVersion.low || message.policyVersion.high : message.policyVersion !== 0))
                    writer.uint32(112).uint64(message.policyVersion);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Core.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Core();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.format = value;
                            else
                                delete message.format;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.session = value;
                            else
                                delete message.session;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.deviceId = value;
                            else
                                delete message.deviceId;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.recordingId = value;
                            else
                                delete message.recordingId;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.recordingNumber = value;
                            else
                                delete message.recordingNumber;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.previous = $root.sealcam.evidence.PreviousRecording.decode(reader, reader.size(), $undefined, _depth + 1, message.previous);
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.rosterVersion = value;
                            else
                                delete message.rosterVersion;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.roster = value;
                            else
                                delete message.roster;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if (!(message.roles && message.roles.length))
                                message.roles = [];
                            message.roles.push(reader.stringVerify());
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.policy = value;
                            else
                                delete message.policy;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            message.claimedStart = $root.sealcam.evidence.Moment.decode(reader, reader.size(), $undefined, _depth + 1, message.claimedStart);
                            continue;
                        }
                    case 12: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.startKind = value;
                            else
                                delete message.startKind;
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.policyDigest = value;
                            else
                                delete message.policyDigest;
                            continue;
                        }
                    case 14: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.policyVersion = value;
                            else
                                delete message.policyVersion;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Core.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Core)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Core: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Core();
                if (object.format != null)
                    if ($Number(object.format) !== 0)
                        message.format = object.format >>> 0;
                if (object.session != null)
                    if (object.session.length)
                        if (typeof object.session === "string")
                            $util.base64.decode(object.session, message.session = $util.newBuffer($util.base64.length(object.session)), 0);
                        else if (object.session.length >= 0)
                            message.session = object.session;
                if (object.deviceId != null)
                    if (typeof object.deviceId !== "string" || object.deviceId.length)
                        message.deviceId = $String(object.deviceId);
                if (object.recordingId != null)
                    if (object.recordingId.length)
                        if (typeof object.recordingId === "string")
                            $util.base64.decode(object.recordingId, message.recordingId = $util.newBuffer($util.base64.length(object.recordingId)), 0);
                        else if (object.recordingId.length >= 0)
                            message.recordingId = object.recordingId;
                if (object.recordingNumber != null)
                    if (typeof object.recordingNumber === "object" ? object.recordingNumber.low || object.recordingNumber.high : $Number(object.recordingNumber) !== 0)
                        if ($util.Long)
                            message.recordingNumber = $util.Long.fromValue(object.recordingNumber, true);
                        else if (typeof object.recordingNumber === "string")
                            message.recordingNumber = $parseInt(object.recordingNumber, 10);
                        else if (typeof object.recordingNumber === "number")
                            message.recordingNumber = object.recordingNumber;
                        else if (typeof object.recordingNumber === "object")
                            message.recordingNumber = new $util.LongBits(object.recordingNumber.low >>> 0, object.recordingNumber.high >>> 0).toNumber(true);
                if (object.previous != null) {
                    if (!$util.isObject(object.previous))
                        throw $TypeError(".sealcam.evidence.Core.previous: object expected");
                    message.previous = $root.sealcam.evidence.PreviousRecording.fromObject(object.previous, _depth + 1);
                }
                if (object.rosterVersion != null)
                    if (typeof object.rosterVersion === "object" ? object.rosterVersion.low || object.rosterVersion.high : $Number(object.rosterVersion) !== 0)
                        if ($util.Long)
                            message.rosterVersion = $util.Long.fromValue(object.rosterVersion, true);
                        else if (typeof object.rosterVersion === "string")
                            message.rosterVersion = $parseInt(object.rosterVersion, 10);
                        else if (typeof object.rosterVersion === "number")
                            message.rosterVersion = object.rosterVersion;
                        else if (typeof object.rosterVersion === "object")
                            message.rosterVersion = new $util.LongBits(object.rosterVersion.low >>> 0, object.rosterVersion.high >>> 0).toNumber(true);
                if (object.roster != null)
                    if (object.roster.length)
                        if (typeof object.roster === "string")
                            $util.base64.decode(object.roster, message.roster = $util.newBuffer($util.base64.length(object.roster)), 0);
                        else if (object.roster.length >= 0)
                            message.roster = object.roster;
                if (object.roles) {
                    if (!$Array.isArray(object.roles))
                        throw $TypeError(".sealcam.evidence.Core.roles: array expected");
                    message.roles = $Array(object.roles.length);
                    for (let i = 0; i < object.roles.length; ++i)
                        message.roles[i] = $String(object.roles[i]);
                }
                if (object.policy != null)
                    if (typeof object.policy !== "string" || object.policy.length)
                        message.policy = $String(object.policy);
                if (object.claimedStart != null) {
                    if (!$util.isObject(object.claimedStart))
                        throw $TypeError(".sealcam.evidence.Core.claimedStart: object expected");
                    message.claimedStart = $root.sealcam.evidence.Moment.fromObject(object.claimedStart, _depth + 1);
                }
                if (object.startKind !== 0 && (typeof object.startKind !== "string" || $root.sealcam.evidence.StartKind[object.startKind] !== 0))
                    switch (object.startKind) {
                    case "START_UNSPECIFIED":
                    case 0:
                        message.startKind = 0;
                        break;
                    case "START_BUTTON":
                    case 1:
                        message.startKind = 1;
                        break;
                    case "START_LINKED":
                    case 2:
                        message.startKind = 2;
                        break;
                    case "START_COMMAND":
                    case 3:
                        message.startKind = 3;
                        break;
                    case "START_TRIGGER":
                    case 4:
                        message.startKind = 4;
                        break;
                    default:
                        if (typeof object.startKind === "number" && (object.startKind | 0) === object.startKind)
                            message.startKind = object.startKind;
                    }
                if (object.policyDigest != null)
                    if (object.policyDigest.length)
                        if (typeof object.policyDigest === "string")
                            $util.base64.decode(object.policyDigest, message.policyDigest = $util.newBuffer($util.base64.length(object.policyDigest)), 0);
                        else if (object.policyDigest.length >= 0)
                            message.policyDigest = object.policyDigest;
                if (object.policyVersion != null)
                    if (typeof object.policyVersion === "object" ? object.policyVersion.low || object.policyVersion.high : $Number(object.policyVersion) !== 0)
                        if ($util.Long)
                            message.policyVersion = $util.Long.fromValue(object.policyVersion, true);
                        else if (typeof object.policyVersion === "string")
                            message.policyVersion = $parseInt(object.policyVersion, 10);
                        else if (typeof object.policyVersion === "number")
                            message.policyVersion = object.policyVersion;
                        else if (typeof object.policyVersion === "object")
                            message.policyVersion = new $util.LongBits(object.policyVersion.low >>> 0, object.policyVersion.high >>> 0).toNumber(true);
                return message;
            };

            Core.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.roles = [];
                if (options.defaults) {
                    object.format = 0;
                    if (options.bytes === $String)
                        object.session = "";
                    else {
                        object.session = [];
                        if (options.bytes !== $Array)
                            object.session = $util.newBuffer(object.session);
                    }
                    object.deviceId = "";
                    if (options.bytes === $String)
                        object.recordingId = "";
                    else {
                        object.recordingId = [];
                        if (options.bytes !== $Array)
                            object.recordingId = $util.newBuffer(object.recordingId);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.recordingNumber = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.recordingNumber = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.previous = null;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.rosterVersion = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.rosterVersion = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.roster = "";
                    else {
                        object.roster = [];
                        if (options.bytes !== $Array)
                            object.roster = $util.newBuffer(object.roster);
                    }
                    object.policy = "";
                    object.claimedStart = null;
                    object.startKind = options.enums === $String ? "START_UNSPECIFIED" : 0;
                    if (options.bytes === $String)
                        object.policyDigest = "";
                    else {
                        object.policyDigest = [];
                        if (options.bytes !== $Array)
                            object.policyDigest = $util.newBuffer(object.policyDigest);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.policyVersion = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.policyVersion = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                }
                if (message.format != null && $Object.hasOwnProperty.call(message, "format"))
                    object.format = message.format;
                if (message.session != null && $Object.hasOwnProperty.call(message, "session"))
                    object.session = options.bytes === $String ? $util.base64.encode(message.session, 0, message.session.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.session) : message.session;
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId"))
                    object.deviceId = message.deviceId;
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId"))
                    object.recordingId = options.bytes === $String ? $util.base64.encode(message.recordingId, 0, message.recordingId.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.recordingId) : message.recordingId;
                if (message.recordingNumber != null && $Object.hasOwnProperty.call(message, "recordingNumber"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.recordingNumber = typeof message.recordingNumber === "number" ? $BigInt(message.recordingNumber) : $util.Long.fromBits(message.recordingNumber.low >>> 0, message.recordingNumber.high >>> 0, true).toBigInt();
                    else if (typeof message.recordingNumber === "number")
                        object.recordingNumber = options.longs === $String ? $String(message.recordingNumber) : message.recordingNumber;
                    else
                        object.recordingNumber = options.longs === $String ? $util.Long.prototype.toString.call(message.recordingNumber) : options.longs === $Number ? new $util.LongBits(message.recordingNumber.low >>> 0, message.recordingNumber.high >>> 0).toNumber(true) : message.recordingNumber;
                if (message.previous != null && $Object.hasOwnProperty.call(message, "previous"))
                    object.previous = $root.sealcam.evidence.PreviousRecording.toObject(message.previous, options, _depth + 1);
                if (message.rosterVersion != null && $Object.hasOwnProperty.call(message, "rosterVersion"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.rosterVersion = typeof message.rosterVersion === "number" ? $BigInt(message.rosterVersion) : $util.Long.fromBits(message.rosterVersion.low >>> 0, message.rosterVersion.high >>> 0, true).toBigInt();
                    else if (typeof message.rosterVersion === "number")
                        object.rosterVersion = options.longs === $String ? $String(message.rosterVersion) : message.rosterVersion;
                    else
                        object.rosterVersion = options.longs === $String ? $util.Long.prototype.toString.call(message.rosterVersion) : options.longs === $Number ? new $util.LongBits(message.rosterVersion.low >>> 0, message.rosterVersion.high >>> 0).toNumber(true) : message.rosterVersion;
                if (message.roster != null && $Object.hasOwnProperty.call(message, "roster"))
                    object.roster = options.bytes === $String ? $util.base64.encode(message.roster, 0, message.roster.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.roster) : message.roster;
                if (message.roles && message.roles.length) {
                    object.roles = $Array(message.roles.length);
                    for (let j = 0; j < message.roles.length; ++j)
                        object.roles[j] = message.roles[j];
                }
                if (message.policy != null && $Object.hasOwnProperty.call(message, "policy"))
                    object.policy = message.policy;
                if (message.claimedStart != null && $Object.hasOwnProperty.call(message, "claimedStart"))
                    object.claimedStart = $root.sealcam.evidence.Moment.toObject(message.claimedStart, options, _depth + 1);
                if (message.startKind != null && $Object.hasOwnProperty.call(message, "startKind"))
                    object.startKind = options.enums === $String ? $root.sealcam.evidence.StartKind[message.startKind] === $undefined ? message.startKind : $root.sealcam.evidence.StartKind[message.startKind] : message.startKind;
                if (message.policyDigest != null && $Object.hasOwnProperty.call(message, "policyDigest"))
                    object.policyDigest = options.bytes === $String ? $util.base64.encode(message.policyDigest, 0, message.policyDigest.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.policyDigest) : message.policyDigest;
                if (message.policyVersion != null && $Object.hasOwnProperty.call(message, "policyVersion"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.policyVersion = typeof message.policyVersion === "number" ? $BigInt(message.policyVersion) : $util.Long.fromBits(message.policyVersion.low >>> 0, message.policyVersion.high >>> 0, true).toBigInt();
                    else if (typeof message.policyVersion === "number")
                        object.policyVersion = options.longs === $String ? $String(message.policyVersion) : message.policyVersion;
                    else
                        object.policyVersion = options.longs === $String ? $util.Long.prototype.toString.call(message.policyVersion) : options.longs === $Number ? new $util.LongBits(message.policyVersion.low >>> 0, message.policyVersion.high >>> 0).toNumber(true) : message.policyVersion;
                return object;
            };

            Core.prototype.toJSON = function() {
                return Core.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Core;
        })();

        evidence.PreviousRecording = (function() {

            const PreviousRecording = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            PreviousRecording.prototype.number = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            PreviousRecording.prototype.statement = $util.newBuffer([]);
            PreviousRecording.prototype.state = 0;

            PreviousRecording.create = function(properties) {
                return new PreviousRecording(properties);
            };

            PreviousRecording.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.number != null && $Object.hasOwnProperty.call(message, "number") && (typeof message.number === "object" ? message.number.low || message.number.high : message.number !== 0))
                    writer.uint32(8).uint64(message.number);
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement.length)
                    writer.uint32(18).bytes(message.statement);
                if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== 0)
                    writer.uint32(24).int32(message.state);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            PreviousRecording.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.PreviousRecording();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.number = value;
                            else
                                delete message.number;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.state = value;
                            else
                                delete message.state;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            PreviousRecording.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.PreviousRecording)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.PreviousRecording: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.PreviousRecording();
                if (object.number != null)
                    if (typeof object.number === "object" ? object.number.low || object.number.high : $Number(object.number) !== 0)
                        if ($util.Long)
                            message.number = $util.Long.fromValue(object.number, true);
                        else if (typeof object.number === "string")
                            message.number = $parseInt(object.number, 10);
                        else if (typeof object.number === "number")
                            message.number = object.number;
                        else if (typeof object.number === "object")
                            message.number = new $util.LongBits(object.number.low >>> 0, object.number.high >>> 0).toNumber(true);
                if (object.statement != null)
                    if (object.statement.length)
                        if (typeof object.statement === "string")
                            $util.base64.decode(object.statement, message.statement = $util.newBuffer($util.base64.length(object.statement)), 0);
                        else if (object.statement.length >= 0)
                            message.statement = object.statement;
                if (object.state !== 0 && (typeof object.state !== "string" || $root.sealcam.evidence.PreviousState[object.state] !== 0))
                    switch (object.state) {
                    case "PREVIOUS_NONE":
                    case 0:
                        message.state = 0;
                        break;
                    case "PREVIOUS_CLOSED":
                    case 1:
                        message.state = 1;
                        break;
                    case "PREVIOUS_LAST_KNOWN":
                    case 2:
                        message.state = 2;
                        break;
                    default:
                        if (typeof object.state === "number" && (object.state | 0) === object.state)
                            message.state = object.state;
                    }
                return message;
            };

            PreviousRecording.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.number = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.number = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.statement = "";
                    else {
                        object.statement = [];
                        if (options.bytes !== $Array)
                            object.statement = $util.newBuffer(object.statement);
                    }
                    object.state = options.enums === $String ? "PREVIOUS_NONE" : 0;
                }
                if (message.number != null && $Object.hasOwnProperty.call(message, "number"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.number = typeof message.number === "number" ? $BigInt(message.number) : $util.Long.fromBits(message.number.low >>> 0, message.number.high >>> 0, true).toBigInt();
                    else if (typeof message.number === "number")
                        object.number = options.longs === $String ? $String(message.number) : message.number;
                    else
                        object.number = options.longs === $String ? $util.Long.prototype.toString.call(message.number) : options.longs === $Number ? new $util.LongBits(message.number.low >>> 0, message.number.high >>> 0).toNumber(true) : message.number;
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement"))
                    object.statement = options.bytes === $String ? $util.base64.encode(message.statement, 0, message.statement.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.statement) : message.statement;
                if (message.state != null && $Object.hasOwnProperty.call(message, "state"))
                    object.state = options.enums === $String ? $root.sealcam.evidence.PreviousState[message.state] === $undefined ? message.state : $root.sealcam.evidence.PreviousState[message.state] : message.state;
                return object;
            };

            PreviousRecording.prototype.toJSON = function() {
                return PreviousRecording.toObject(this, $protobuf.util.toJSONOptions);
            };

            return PreviousRecording;
        })();

        evidence.PreviousState = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "PREVIOUS_NONE"] = 0;
            values[valuesById[1] = "PREVIOUS_CLOSED"] = 1;
            values[valuesById[2] = "PREVIOUS_LAST_KNOWN"] = 2;
            return values;
        })();

        evidence.StartKind = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "START_UNSPECIFIED"] = 0;
            values[valuesById[1] = "START_BUTTON"] = 1;
            values[valuesById[2] = "START_LINKED"] = 2;
            values[valuesById[3] = "START_COMMAND"] = 3;
            values[valuesById[4] = "START_TRIGGER"] = 4;
            return values;
        })();

        evidence.Moment = (function() {

            const Moment = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Moment.prototype.epoch = $util.newBuffer([]);
            Moment.prototype.uptimeUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Moment.prototype.utcUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Moment.prototype.clockState = 0;
            Moment.prototype.errorUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            Moment.create = function(properties) {
                return new Moment(properties);
            };

            Moment.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch.length)
                    writer.uint32(10).bytes(message.epoch);
                if (message.uptimeUs != null && $Object.hasOwnProperty.call(message, "uptimeUs") && (typeof message.uptimeUs === "object" ? message.uptimeUs.low || message.uptimeUs.high : message.uptimeUs !== 0))
                    writer.uint32(16).uint64(message.uptimeUs);
                if (message.utcUs != null && $Object.hasOwnProperty.call(message, "utcUs") && (typeof message.utcUs === "object" ? message.utcUs.low || message.utcUs.high : message.utcUs !== 0))
                    writer.uint32(24).uint64(message.utcUs);
                if (message.clockState != null && $Object.hasOwnProperty.call(message, "clockState") && message.clockState !== 0)
                    writer.uint32(32).int32(message.clockState);
                if (message.errorUs != null && $Object.hasOwnProperty.call(message, "errorUs") && (typeof message.errorUs === "object" ? message.errorUs.low || message.errorUs.high : message.errorUs !== 0))
                    writer.uint32(40).uint64(message.errorUs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Moment.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Moment();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.uptimeUs = value;
                            else
                                delete message.uptimeUs;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.utcUs = value;
                            else
                                delete message.utcUs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.clockState = value;
                            else
                                delete message.clockState;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.errorUs = value;
                            else
                                delete message.errorUs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Moment.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Moment)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Moment: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Moment();
                if (object.epoch != null)
                    if (object.epoch.length)
                        if (typeof object.epoch === "string")
                            $util.base64.decode(object.epoch, message.epoch = $util.newBuffer($util.base64.length(object.epoch)), 0);
                        else if (object.epoch.length >= 0)
                            message.epoch = object.epoch;
                if (object.uptimeUs != null)
                    if (typeof object.uptimeUs === "object" ? object.uptimeUs.low || object.uptimeUs.high : $Number(object.uptimeUs) !== 0)
                        if ($util.Long)
                            message.uptimeUs = $util.Long.fromValue(object.uptimeUs, true);
                        else if (typeof object.uptimeUs === "string")
                            message.uptimeUs = $parseInt(object.uptimeUs, 10);
                        else if (typeof object.uptimeUs === "number")
                            message.uptimeUs = object.uptimeUs;
                        else if (typeof object.uptimeUs === "object")
                            message.uptimeUs = new $util.LongBits(object.uptimeUs.low >>> 0, object.uptimeUs.high >>> 0).toNumber(true);
                if (object.utcUs != null)
                    if (typeof object.utcUs === "object" ? object.utcUs.low || object.utcUs.high : $Number(object.utcUs) !== 0)
                        if ($util.Long)
                            message.utcUs = $util.Long.fromValue(object.utcUs, true);
                        else if (typeof object.utcUs === "string")
                            message.utcUs = $parseInt(object.utcUs, 10);
                        else if (typeof object.utcUs === "number")
                            message.utcUs = object.utcUs;
                        else if (typeof object.utcUs === "object")
                            message.utcUs = new $util.LongBits(object.utcUs.low >>> 0, object.utcUs.high >>> 0).toNumber(true);
                if (object.clockState !== 0 && (typeof object.clockState !== "string" || $root.sealcam.evidence.ClockState[object.clockState] !== 0))
                    switch (object.clockState) {
                    case "CLOCK_UNKNOWN":
                    case 0:
                        message.clockState = 0;
                        break;
                    case "CLOCK_FREE_RUNNING":
                    case 1:
                        message.clockState = 1;
                        break;
                    case "CLOCK_SYNCHRONISED":
                    case 2:
                        message.clockState = 2;
                        break;
                    default:
                        if (typeof object.clockState === "number" && (object.clockState | 0) === object.clockState)
                            message.clockState = object.clockState;
                    }
                if (object.errorUs != null)
                    if (typeof object.errorUs === "object" ? object.errorUs.low || object.errorUs.high : $Number(object.errorUs) !== 0)
                        if ($util.Long)
                            message.errorUs = $util.Long.fromValue(object.errorUs, true);
                        else if (typeof object.errorUs === "string")
                            message.errorUs = $parseInt(object.errorUs, 10);
                        else if (typeof object.errorUs === "number")
                            message.errorUs = object.errorUs;
                        else if (typeof object.errorUs === "object")
                            message.errorUs = new $util.LongBits(object.errorUs.low >>> 0, object.errorUs.high >>> 0).toNumber(true);
                return message;
            };

            Moment.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.epoch = "";
                    else {
                        object.epoch = [];
                        if (options.bytes !== $Array)
                            object.epoch = $util.newBuffer(object.epoch);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.uptimeUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.uptimeUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.utcUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.utcUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.clockState = options.enums === $String ? "CLOCK_UNKNOWN" : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.errorUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.errorUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                }
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch"))
                    object.epoch = options.bytes === $String ? $util.base64.encode(message.epoch, 0, message.epoch.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.epoch) : message.epoch;
                if (message.uptimeUs != null && $Object.hasOwnProperty.call(message, "uptimeUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.uptimeUs = typeof message.uptimeUs === "number" ? $BigInt(message.uptimeUs) : $util.Long.fromBits(message.uptimeUs.low >>> 0, message.uptimeUs.high >>> 0, true).toBigInt();
                    else if (typeof message.uptimeUs === "number")
                        object.uptimeUs = options.longs === $String ? $String(message.uptimeUs) : message.uptimeUs;
                    else
                        object.uptimeUs = options.longs === $String ? $util.Long.prototype.toString.call(message.uptimeUs) : options.longs === $Number ? new $util.LongBits(message.uptimeUs.low >>> 0, message.uptimeUs.high >>> 0).toNumber(true) : message.uptimeUs;
                if (message.utcUs != null && $Object.hasOwnProperty.call(message, "utcUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.utcUs = typeof message.utcUs === "number" ? $BigInt(message.utcUs) : $util.Long.fromBits(message.utcUs.low >>> 0, message.utcUs.high >>> 0, true).toBigInt();
                    else if (typeof message.utcUs === "number")
                        object.utcUs = options.longs === $String ? $String(message.utcUs) : message.utcUs;
                    else
                        object.utcUs = options.longs === $String ? $util.Long.prototype.toString.call(message.utcUs) : options.longs === $Number ? new $util.LongBits(message.utcUs.low >>> 0, message.utcUs.high >>> 0).toNumber(true) : message.utcUs;
                if (message.clockState != null && $Object.hasOwnProperty.call(message, "clockState"))
                    object.clockState = options.enums === $String ? $root.sealcam.evidence.ClockState[message.clockState] === $undefined ? message.clockState : $root.sealcam.evidence.ClockState[message.clockState] : message.clockState;
                if (message.errorUs != null && $Object.hasOwnProperty.call(message, "errorUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.errorUs = typeof message.errorUs === "number" ? $BigInt(message.errorUs) : $util.Long.fromBits(message.errorUs.low >>> 0, message.errorUs.high >>> 0, true).toBigInt();
                    else if (typeof message.errorUs === "number")
                        object.errorUs = options.longs === $String ? $String(message.errorUs) : message.errorUs;
                    else
                        object.errorUs = options.longs === $String ? $util.Long.prototype.toString.call(message.errorUs) : options.longs === $Number ? new $util.LongBits(message.errorUs.low >>> 0, message.errorUs.high >>> 0).toNumber(true) : message.errorUs;
                return object;
            };

            Moment.prototype.toJSON = function() {
                return Moment.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Moment;
        })();

        evidence.ClockState = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "CLOCK_UNKNOWN"] = 0;
            values[valuesById[1] = "CLOCK_FREE_RUNNING"] = 1;
            values[valuesById[2] = "CLOCK_SYNCHRONISED"] = 2;
            return values;
        })();

        evidence.Chunk = (function() {

            const Chunk = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Chunk.prototype.recordingId = $util.newBuffer([]);
            Chunk.prototype.index = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Chunk.prototype.previous = $util.newBuffer([]);
            Chunk.prototype.media = null;
            Chunk.prototype.telemetry = null;
            Chunk.prototype.start = null;
            Chunk.prototype.durationUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Chunk.prototype.dependent = false;
            Chunk.prototype.newestReceipt = $util.newBuffer([]);

            Chunk.create = function(properties) {
                return new Chunk(properties);
            };

            Chunk.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId") && message.recordingId.length)
                    writer.uint32(10).bytes(message.recordingId);
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && (typeof message.index === "object" ? message.index.low || message.index.high : message.index !== 0))
                    writer.uint32(16).uint64(message.index);
                if (message.previous != null && $Object.hasOwnProperty.call(message, "previous") && message.previous.length)
                    writer.uint32(26).bytes(message.previous);
                if (message.media != null && $Object.hasOwnProperty.call(message, "media"))
                    $root.sealcam.evidence.Part.encode(message.media, writer.uint32(34).fork(), _depth + 1).ldelim();
                if (message.telemetry != null && $Object.hasOwnProperty.call(message, "telemetry"))
                    $root.sealcam.evidence.Part.encode(message.telemetry, writer.uint32(42).fork(), _depth + 1).ldelim();
                if (message.start != null && $Object.hasOwnProperty.call(message, "start"))
                    $root.sealcam.evidence.Moment.encode(message.start, writer.uint32(50).fork(), _depth + 1).ldelim();
                if (message.durationUs != null && $Object.hasOwnProperty.call(message, "durationUs") && (typeof message.durationUs === "object" ? message.durationUs.low || message.durationUs.high : message.durationUs !== 0))
                    writer.uint32(56).uint64(message.durationUs);
                if (message.dependent != null && $Object.hasOwnProperty.call(message, "dependent") && message.dependent !== false)
                    writer.uint32(64).bool(message.dependent);
                if (message.newestReceipt != null && $Object.hasOwnProperty.call(message, "newestReceipt") && message.newestReceipt.length)
                    writer.uint32(74).bytes(message.newestReceipt);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Chunk.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Chunk();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.recordingId = value;
                            else
                                delete message.recordingId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.previous = value;
                            else
                                delete message.previous;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.media = $root.sealcam.evidence.Part.decode(reader, reader.size(), $undefined, _depth + 1, message.media);
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.telemetry = $root.sealcam.evidence.Part.decode(reader, reader.size(), $undefined, _depth + 1, message.telemetry);
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.start = $root.sealcam.evidence.Moment.decode(reader, reader.size(), $undefined, _depth + 1, message.start);
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.durationUs = value;
                            else
                                delete message.durationUs;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.dependent = value;
                            else
                                delete message.dependent;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.newestReceipt = value;
                            else
                                delete message.newestReceipt;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Chunk.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Chunk)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Chunk: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Chunk();
                if (object.recordingId != null)
                    if (object.recordingId.length)
                        if (typeof object.recordingId === "string")
                            $util.base64.decode(object.recordingId, message.recordingId = $util.newBuffer($util.base64.length(object.recordingId)), 0);
                        else if (object.recordingId.length >= 0)
                            message.recordingId = object.recordingId;
                if (object.index != null)
                    if (typeof object.index === "object" ? object.index.low || object.index.high : $Number(object.index) !== 0)
                        if ($util.Long)
                            message.index = $util.Long.fromValue(object.index, true);
                        else if (typeof object.index === "string")
                            message.index = $parseInt(object.index, 10);
                        else if (typeof object.index === "number")
                            message.index = object.index;
                        else if (typeof object.index === "object")
                            message.index = new $util.LongBits(object.index.low >>> 0, object.index.high >>> 0).toNumber(true);
                if (object.previous != null)
                    if (object.previous.length)
                        if (typeof object.previous === "string")
                            $util.base64.decode(object.previous, message.previous = $util.newBuffer($util.base64.length(object.previous)), 0);
                        else if (object.previous.length >= 0)
                            message.previous = object.previous;
                if (object.media != null) {
                    if (!$util.isObject(object.media))
                        throw $TypeError(".sealcam.evidence.Chunk.media: object expected");
                    message.media = $root.sealcam.evidence.Part.fromObject(object.media, _depth + 1);
                }
                if (object.telemetry != null) {
                    if (!$util.isObject(object.telemetry))
                        throw $TypeError(".sealcam.evidence.Chunk.telemetry: object expected");
                    message.telemetry = $root.sealcam.evidence.Part.fromObject(object.telemetry, _depth + 1);
                }
                if (object.start != null) {
                    if (!$util.isObject(object.start))
                        throw $TypeError(".sealcam.evidence.Chunk.start: object expected");
                    message.start = $root.sealcam.evidence.Moment.fromObject(object.start, _depth + 1);
                }
                if (object.durationUs != null)
                    if (typeof object.durationUs === "object" ? object.durationUs.low || object.durationUs.high : $Number(object.durationUs) !== 0)
                        if ($util.Long)
                            message.durationUs = $util.Long.fromValue(object.durationUs, true);
                        else if (typeof object.durationUs === "string")
                            message.durationUs = $parseInt(object.durationUs, 10);
                        else if (typeof object.durationUs === "number")
                            message.durationUs = object.durationUs;
                        else if (typeof object.durationUs === "object")
                            message.durationUs = new $util.LongBits(object.durationUs.low >>> 0, object.durationUs.high >>> 0).toNumber(true);
                if (object.dependent != null)
                    if (object.dependent)
                        message.dependent = $Boolean(object.dependent);
                if (object.newestReceipt != null)
                    if (object.newestReceipt.length)
                        if (typeof object.newestReceipt === "string")
                            $util.base64.decode(object.newestReceipt, message.newestReceipt = $util.newBuffer($util.base64.length(object.newestReceipt)), 0);
                        else if (object.newestReceipt.length >= 0)
                            message.newestReceipt = object.newestReceipt;
                return message;
            };

            Chunk.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.recordingId = "";
                    else {
                        object.recordingId = [];
                        if (options.bytes !== $Array)
                            object.recordingId = $util.newBuffer(object.recordingId);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.index = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.index = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.previous = "";
                    else {
                        object.previous = [];
                        if (options.bytes !== $Array)
                            object.previous = $util.newBuffer(object.previous);
                    }
                    object.media = null;
                    object.telemetry = null;
                    object.start = null;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.durationUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.durationUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.dependent = false;
                    if (options.bytes === $String)
                        object.newestReceipt = "";
                    else {
                        object.newestReceipt = [];
                        if (options.bytes !== $Array)
                            object.newestReceipt = $util.newBuffer(object.newestReceipt);
                    }
                }
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId"))
                    object.recordingId = options.bytes === $String ? $util.base64.encode(message.recordingId, 0, message.recordingId.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.recordingId) : message.recordingId;
                if (message.index != null && $Object.hasOwnProperty.call(message, "index"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.index = typeof message.index === "number" ? $BigInt(message.index) : $util.Long.fromBits(message.index.low >>> 0, message.index.high >>> 0, true).toBigInt();
                    else if (typeof message.index === "number")
                        object.index = options.longs === $String ? $String(message.index) : message.index;
                    else
                        object.index = options.longs === $String ? $util.Long.prototype.toString.call(message.index) : options.longs === $Number ? new $util.LongBits(message.index.low >>> 0, message.index.high >>> 0).toNumber(true) : message.index;
                if (message.previous != null && $Object.hasOwnProperty.call(message, "previous"))
                    object.previous = options.bytes === $String ? $util.base64.encode(message.previous, 0, message.previous.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.previous) : message.previous;
                if (message.media != null && $Object.hasOwnProperty.call(message, "media"))
                    object.media = $root.sealcam.evidence.Part.toObject(message.media, options, _depth + 1);
                if (message.telemetry != null && $Object.hasOwnProperty.call(message, "telemetry"))
                    object.telemetry = $root.sealcam.evidence.Part.toObject(message.telemetry, options, _depth + 1);
                if (message.start != null && $Object.hasOwnProperty.call(message, "start"))
                    object.start = $root.sealcam.evidence.Moment.toObject(message.start, options, _depth + 1);
                if (message.durationUs != null && $Object.hasOwnProperty.call(message, "durationUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.durationUs = typeof message.durationUs === "number" ? $BigInt(message.durationUs) : $util.Long.fromBits(message.durationUs.low >>> 0, message.durationUs.high >>> 0, true).toBigInt();
                    else if (typeof message.durationUs === "number")
                        object.durationUs = options.longs === $String ? $String(message.durationUs) : message.durationUs;
                    else
                        object.durationUs = options.longs === $String ? $util.Long.prototype.toString.call(message.durationUs) : options.longs === $Number ? new $util.LongBits(message.durationUs.low >>> 0, message.durationUs.high >>> 0).toNumber(true) : message.durationUs;
                if (message.dependent != null && $Object.hasOwnProperty.call(message, "dependent"))
                    object.dependent = message.dependent;
                if (message.newestReceipt != null && $Object.hasOwnProperty.call(message, "newestReceipt"))
                    object.newestReceipt = options.bytes === $String ? $util.base64.encode(message.newestReceipt, 0, message.newestReceipt.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.newestReceipt) : message.newestReceipt;
                return object;
            };

            Chunk.prototype.toJSON = function() {
                return Chunk.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Chunk;
        })();

        evidence.Part = (function() {

            const Part = function (properties) {
                this.segmentDigests = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Part.prototype.header = $util.newBuffer([]);
            Part.prototype.segmentDigests = $util.emptyArray;

            Part.create = function(properties) {
                return new Part(properties);
            };

            Part.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.header != null && $Object.hasOwnProperty.call(message, "header") && message.header.length)
                    writer.uint32(10).bytes(message.header);
                if (message.segmentDigests != null && message.segmentDigests.length)
                    for (let i = 0; i < message.segmentDigests.length; ++i)
                        writer.uint32(18).bytes(message.segmentDigests[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Part.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Part();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.header = value;
                            else
                                delete message.header;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.segmentDigests && message.segmentDigests.length))
                                message.segmentDigests = [];
                            message.segmentDigests.push(reader.bytes());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Part.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Part)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Part: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Part();
                if (object.header != null)
                    if (object.header.length)
                        if (typeof object.header === "string")
                            $util.base64.decode(object.header, message.header = $util.newBuffer($util.base64.length(object.header)), 0);
                        else if (object.header.length >= 0)
                            message.header = object.header;
                if (object.segmentDigests) {
                    if (!$Array.isArray(object.segmentDigests))
                        throw $TypeError(".sealcam.evidence.Part.segmentDigests: array expected");
                    message.segmentDigests = $Array(object.segmentDigests.length);
                    for (let i = 0; i < object.segmentDigests.length; ++i)
                        if (typeof object.segmentDigests[i] === "string")
                            $util.base64.decode(object.segmentDigests[i], message.segmentDigests[i] = $util.newBuffer($util.base64.length(object.segmentDigests[i])), 0);
                        else if (object.segmentDigests[i].length >= 0)
                            message.segmentDigests[i] = object.segmentDigests[i];
                }
                return message;
            };

            Part.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.segmentDigests = [];
                if (options.defaults)
                    if (options.bytes === $String)
                        object.header = "";
                    else {
                        object.header = [];
                        if (options.bytes !== $Array)
                            object.header = $util.newBuffer(object.header);
                    }
                if (message.header != null && $Object.hasOwnProperty.call(message, "header"))
                    object.header = options.bytes === $String ? $util.base64.encode(message.header, 0, message.header.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.header) : message.header;
                if (message.segmentDigests && message.segmentDigests.length) {
                    object.segmentDigests = $Array(message.segmentDigests.length);
                    for (let j = 0; j < message.segmentDigests.length; ++j)
                        object.segmentDigests[j] = options.bytes === $String ? $util.base64.encode(message.segmentDigests[j], 0, message.segmentDigests[j].length) : options.bytes === $Array ? $Array.prototype.slice.call(message.segmentDigests[j]) : message.segmentDigests[j];
                }
                return object;
            };

            Part.prototype.toJSON = function() {
                return Part.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Part;
        })();

        evidence.Gap = (function() {

            const Gap = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Gap.prototype.recordingId = $util.newBuffer([]);
            Gap.prototype.index = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Gap.prototype.previous = $util.newBuffer([]);
            Gap.prototype.start = null;
            Gap.prototype.durationUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Gap.prototype.cause = 0;
            Gap.prototype.videoSamples = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Gap.prototype.audioSamples = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Gap.prototype.atLeast = false;

            Gap.create = function(properties) {
                return new Gap(properties);
            };

            Gap.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId") && message.recordingId.length)
                    writer.uint32(10).bytes(message.recordingId);
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && (typeof message.index === "object" ? message.index.low || message.index.high : message.index !== 0))
                    writer.uint32(16).uint64(message.index);
                if (message.previous != null && $Object.hasOwnProperty.call(message, "previous") && message.previous.length)
                    writer.uint32(26).bytes(message.previous);
                if (message.start != null && $Object.hasOwnProperty.call(message, "start"))
                    $root.sealcam.evidence.Moment.encode(message.start, writer.uint32(34).fork(), _depth + 1).ldelim();
                if (message.durationUs != null && $Object.hasOwnProperty.call(message, "durationUs") && (typeof message.durationUs === "object" ? message.durationUs.low || message.durationUs.high : message.durationUs !== 0))
                    writer.uint32(40).uint64(message.durationUs);
                if (message.cause != null && $Object.hasOwnProperty.call(message, "cause") && message.cause !== 0)
                    writer.uint32(48).int32(message.cause);
                if (message.videoSamples != null && $Object.hasOwnProperty.call(message, "videoSamples") && (typeof message.videoSamples === "object" ? message.videoSamples.low || message.videoSamples.high : message.videoSamples !== 0))
                    writer.uint32(56).uint64(message.videoSamples);
                if (message.audioSamples != null && $Object.hasOwnProperty.call(message, "audioSamples") && (typeof message.audioSamples === "object" ? message.audioSamples.low || message.audioSamples.high : message.audioSamples !== 0))
                    writer.uint32(64).uint64(message.audioSamples);
                if (message.atLeast != null && $Object.hasOwnProperty.call(message, "atLeast") && message.atLeast !== false)
                    writer.uint32(72).bool(message.atLeast);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Gap.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Gap();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.recordingId = value;
                            else
                                delete message.recordingId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.previous = value;
                            else
                                delete message.previous;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.start = $root.sealcam.evidence.Moment.decode(reader, reader.size(), $undefined, _depth + 1, message.start);
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.durationUs = value;
                            else
                                delete message.durationUs;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.cause = value;
                            else
                                delete message.cause;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.videoSamples = value;
                            else
                                delete message.videoSamples;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.audioSamples = value;
                            else
                                delete message.audioSamples;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.atLeast = value;
                            else
                                delete message.atLeast;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Gap.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Gap)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Gap: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Gap();
                if (object.recordingId != null)
                    if (object.recordingId.length)
                        if (typeof object.recordingId === "string")
                            $util.base64.decode(object.recordingId, message.recordingId = $util.newBuffer($util.base64.length(object.recordingId)), 0);
                        else if (object.recordingId.length >= 0)
                            message.recordingId = object.recordingId;
                if (object.index != null)
                    if (typeof object.index === "object" ? object.index.low || object.index.high : $Number(object.index) !== 0)
                        if ($util.Long)
                            message.index = $util.Long.fromValue(object.index, true);
                        else if (typeof object.index === "string")
                            message.index = $parseInt(object.index, 10);
                        else if (typeof object.index === "number")
                            message.index = object.index;
                        else if (typeof object.index === "object")
                            message.index = new $util.LongBits(object.index.low >>> 0, object.index.high >>> 0).toNumber(true);
                if (object.previous != null)
                    if (object.previous.length)
                        if (typeof object.previous === "string")
                            $util.base64.decode(object.previous, message.previous = $util.newBuffer($util.base64.length(object.previous)), 0);
                        else if (object.previous.length >= 0)
                            message.previous = object.previous;
                if (object.start != null) {
                    if (!$util.isObject(object.start))
                        throw $TypeError(".sealcam.evidence.Gap.start: object expected");
                    message.start = $root.sealcam.evidence.Moment.fromObject(object.start, _depth + 1);
                }
                if (object.durationUs != null)
                    if (typeof object.durationUs === "object" ? object.durationUs.low || object.durationUs.high : $Number(object.durationUs) !== 0)
                        if ($util.Long)
                            message.durationUs = $util.Long.fromValue(object.durationUs, true);
                        else if (typeof object.durationUs === "string")
                            message.durationUs = $parseInt(object.durationUs, 10);
                        else if (typeof object.durationUs === "number")
                            message.durationUs = object.durationUs;
                        else if (typeof object.durationUs === "object")
                            message.durationUs = new $util.LongBits(object.durationUs.low >>> 0, object.durationUs.high >>> 0).toNumber(true);
                if (object.cause !== 0 && (typeof object.cause !== "string" || $root.sealcam.evidence.GapCause[object.cause] !== 0))
                    switch (object.cause) {
                    case "GAP_UNSPECIFIED":
                    case 0:
                        message.cause = 0;
                        break;
                    case "GAP_LINK":
                    case 1:
                        message.cause = 1;
                        break;
                    case "GAP_OVERLOAD":
                    case 2:
                        message.cause = 2;
                        break;
                    case "GAP_STORAGE":
                    case 3:
                        message.cause = 3;
                        break;
                    case "GAP_FAULT":
                    case 4:
                        message.cause = 4;
                        break;
                    case "GAP_REFUSED":
                    case 5:
                        message.cause = 5;
                        break;
                    default:
                        if (typeof object.cause === "number" && (object.cause | 0) === object.cause)
                            message.cause = object.cause;
                    }
                if (object.videoSamples != null)
                    if (typeof object.videoSamples === "object" ? object.videoSamples.low || object.videoSamples.high : $Number(object.videoSamples) !== 0)
                        if ($util.Long)
                            message.videoSamples = $util.Long.fromValue(object.videoSamples, true);
                        else if (typeof object.videoSamples === "string")
                            message.videoSamples = $parseInt(object.videoSamples, 10);
                        else if (typeof object.videoSamples === "number")
                            message.videoSamples = object.videoSamples;
                        else if (typeof object.videoSamples === "object")
                            message.videoSamples = new $util.LongBits(object.videoSamples.low >>> 0, object.videoSamples.high >>> 0).toNumber(true);
                if (object.audioSamples != null)
                    if (typeof object.audioSamples === "object" ? object.audioSamples.low || object.audioSamples.high : $Number(object.audioSamples) !== 0)
                        if ($util.Long)
                            message.audioSamples = $util.Long.fromValue(object.audioSamples, true);
                        else if (typeof object.audioSamples === "string")
                            message.audioSamples = $parseInt(object.audioSamples, 10);
                        else if (typeof object.audioSamples === "number")
                            message.audioSamples = object.audioSamples;
                        else if (typeof object.audioSamples === "object")
                            message.audioSamples = new $util.LongBits(object.audioSamples.low >>> 0, object.audioSamples.high >>> 0).toNumber(true);
                if (object.atLeast != null)
                    if (object.atLeast)
                        message.atLeast = $Boolean(object.atLeast);
                return message;
            };

            Gap.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.recordingId = "";
                    else {
                        object.recordingId = [];
                        if (options.bytes !== $Array)
                            object.recordingId = $util.newBuffer(object.recordingId);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.index = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.index = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.previous = "";
                    else {
                        object.previous = [];
                        if (options.bytes !== $Array)
                            object.previous = $util.newBuffer(object.previous);
                    }
                    object.start = null;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.durationUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.durationUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.cause = options.enums === $String ? "GAP_UNSPECIFIED" : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.videoSamples = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.videoSamples = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.audioSamples = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.audioSamples = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.atLeast = false;
                }
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId"))
                    object.recordingId = options.bytes === $String ? $util.base64.encode(message.recordingId, 0, message.recordingId.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.recordingId) : message.recordingId;
                if (message.index != null && $Object.hasOwnProperty.call(message, "index"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.index = typeof message.index === "number" ? $BigInt(message.index) : $util.Long.fromBits(message.index.low >>> 0, message.index.high >>> 0, true).toBigInt();
                    else if (typeof message.index === "number")
                        object.index = options.longs === $String ? $String(message.index) : message.index;
                    else
                        object.index = options.longs === $String ? $util.Long.prototype.toString.call(message.index) : options.longs === $Number ? new $util.LongBits(message.index.low >>> 0, message.index.high >>> 0).toNumber(true) : message.index;
                if (message.previous != null && $Object.hasOwnProperty.call(message, "previous"))
                    object.previous = options.bytes === $String ? $util.base64.encode(message.previous, 0, message.previous.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.previous) : message.previous;
                if (message.start != null && $Object.hasOwnProperty.call(message, "start"))
                    object.start = $root.sealcam.evidence.Moment.toObject(message.start, options, _depth + 1);
                if (message.durationUs != null && $Object.hasOwnProperty.call(message, "durationUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.durationUs = typeof message.durationUs === "number" ? $BigInt(message.durationUs) : $util.Long.fromBits(message.durationUs.low >>> 0, message.durationUs.high >>> 0, true).toBigInt();
                    else if (typeof message.durationUs === "number")
                        object.durationUs = options.longs === $String ? $String(message.durationUs) : message.durationUs;
                    else
                        object.durationUs = options.longs === $String ? $util.Long.prototype.toString.call(message.durationUs) : options.longs === $Number ? new $util.LongBits(message.durationUs.low >>> 0, message.durationUs.high >>> 0).toNumber(true) : message.durationUs;
                if (message.cause != null && $Object.hasOwnProperty.call(message, "cause"))
                    object.cause = options.enums === $String ? $root.sealcam.evidence.GapCause[message.cause] === $undefined ? message.cause : $root.sealcam.evidence.GapCause[message.cause] : message.cause;
                if (message.videoSamples != null && $Object.hasOwnProperty.call(message, "videoSamples"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.videoSamples = typeof message.videoSamples === "number" ? $BigInt(message.videoSamples) : $util.Long.fromBits(message.videoSamples.low >>> 0, message.videoSamples.high >>> 0, true).toBigInt();
                    else if (typeof message.videoSamples === "number")
                        object.videoSamples = options.longs === $String ? $String(message.videoSamples) : message.videoSamples;
                    else
                        object.videoSamples = options.longs === $String ? $util.Long.prototype.toString.call(message.videoSamples) : options.longs === $Number ? new $util.LongBits(message.videoSamples.low >>> 0, message.videoSamples.high >>> 0).toNumber(true) : message.videoSamples;
                if (message.audioSamples != null && $Object.hasOwnProperty.call(message, "audioSamples"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.audioSamples = typeof message.audioSamples === "number" ? $BigInt(message.audioSamples) : $util.Long.fromBits(message.audioSamples.low >>> 0, message.audioSamples.high >>> 0, true).toBigInt();
                    else if (typeof message.audioSamples === "number")
                        object.audioSamples = options.longs === $String ? $String(message.audioSamples) : message.audioSamples;
                    else
                        object.audioSamples = options.longs === $String ? $util.Long.prototype.toString.call(message.audioSamples) : options.longs === $Number ? new $util.LongBits(message.audioSamples.low >>> 0, message.audioSamples.high >>> 0).toNumber(true) : message.audioSamples;
                if (message.atLeast != null && $Object.hasOwnProperty.call(message, "atLeast"))
                    object.atLeast = message.atLeast;
                return object;
            };

            Gap.prototype.toJSON = function() {
                return Gap.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Gap;
        })();

        evidence.GapCause = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "GAP_UNSPECIFIED"] = 0;
            values[valuesById[1] = "GAP_LINK"] = 1;
            values[valuesById[2] = "GAP_OVERLOAD"] = 2;
            values[valuesById[3] = "GAP_STORAGE"] = 3;
            values[valuesById[4] = "GAP_FAULT"] = 4;
            values[valuesById[5] = "GAP_REFUSED"] = 5;
            return values;
        })();

        evidence.RecordedCommand = (function() {

            const RecordedCommand = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            RecordedCommand.prototype.recordingId = $util.newBuffer([]);
            RecordedCommand.prototype.index = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            RecordedCommand.prototype.previous = $util.newBuffer([]);
            RecordedCommand.prototype.command = $util.newBuffer([]);
            RecordedCommand.prototype.obeyed = false;
            RecordedCommand.prototype.refusal = 0;

            RecordedCommand.create = function(properties) {
                return new RecordedCommand(properties);
            };

            RecordedCommand.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId") && message.recordingId.length)
                    writer.uint32(10).bytes(message.recordingId);
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && (typeof message.index === "object" ? message.index.low || message.index.high : message.index !== 0))
                    writer.uint32(16).uint64(message.index);
                if (message.previous != null && $Object.hasOwnProperty.call(message, "previous") && message.previous.length)
                    writer.uint32(26).bytes(message.previous);
                if (message.command != null && $Object.hasOwnProperty.call(message, "command") && message.command.length)
                    writer.uint32(34).bytes(message.command);
                if (message.obeyed != null && $Object.hasOwnProperty.call(message, "obeyed") && message.obeyed !== false)
                    writer.uint32(40).bool(message.obeyed);
                if (message.refusal != null && $Object.hasOwnProperty.call(message, "refusal") && message.refusal !== 0)
                    writer.uint32(48).int32(message.refusal);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            RecordedCommand.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.RecordedCommand();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.recordingId = value;
                            else
                                delete message.recordingId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.previous = value;
                            else
                                delete message.previous;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.command = value;
                            else
                                delete message.command;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.obeyed = value;
                            else
                                delete message.obeyed;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.refusal = value;
                            else
                                delete message.refusal;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            RecordedCommand.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.RecordedCommand)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.RecordedCommand: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.RecordedCommand();
                if (object.recordingId != null)
                    if (object.recordingId.length)
                        if (typeof object.recordingId === "string")
                            $util.base64.decode(object.recordingId, message.recordingId = $util.newBuffer($util.base64.length(object.recordingId)), 0);
                        else if (object.recordingId.length >= 0)
                            message.recordingId = object.recordingId;
                if (object.index != null)
                    if (typeof object.index === "object" ? object.index.low || object.index.high : $Number(object.index) !== 0)
                        if ($util.Long)
                            message.index = $util.Long.fromValue(object.index, true);
                        else if (typeof object.index === "string")
                            message.index = $parseInt(object.index, 10);
                        else if (typeof object.index === "number")
                            message.index = object.index;
                        else if (typeof object.index === "object")
                            message.index = new $util.LongBits(object.index.low >>> 0, object.index.high >>> 0).toNumber(true);
                if (object.previous != null)
                    if (object.previous.length)
                        if (typeof object.previous === "string")
                            $util.base64.decode(object.previous, message.previous = $util.newBuffer($util.base64.length(object.previous)), 0);
                        else if (object.previous.length >= 0)
                            message.previous = object.previous;
                if (object.command != null)
                    if (object.command.length)
                        if (typeof object.command === "string")
                            $util.base64.decode(object.command, message.command = $util.newBuffer($util.base64.length(object.command)), 0);
                        else if (object.command.length >= 0)
                            message.command = object.command;
                if (object.obeyed != null)
                    if (object.obeyed)
                        message.obeyed = $Boolean(object.obeyed);
                if (object.refusal !== 0 && (typeof object.refusal !== "string" || $root.sealcam.evidence.CommandRefusal[object.refusal] !== 0))
                    switch (object.refusal) {
                    case "REFUSAL_UNSPECIFIED":
                    case 0:
                        message.refusal = 0;
                        break;
                    case "REFUSAL_EXPIRED":
                    case 1:
                        message.refusal = 1;
                        break;
                    case "REFUSAL_FORBIDDEN":
                    case 2:
                        message.refusal = 2;
                        break;
                    case "REFUSAL_COUNTER":
                    case 3:
                        message.refusal = 3;
                        break;
                    case "REFUSAL_KEY":
                    case 4:
                        message.refusal = 4;
                        break;
                    case "REFUSAL_SESSION":
                    case 5:
                        message.refusal = 5;
                        break;
                    case "REFUSAL_IMPOSSIBLE":
                    case 6:
                        message.refusal = 6;
                        break;
                    case "REFUSAL_HEAD":
                    case 7:
                        message.refusal = 7;
                        break;
                    case "REFUSAL_MALFORMED":
                    case 8:
                        message.refusal = 8;
                        break;
                    default:
                        if (typeof object.refusal === "number" && (object.refusal | 0) === object.refusal)
                            message.refusal = object.refusal;
                    }
                return message;
            };

            RecordedCommand.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.recordingId = "";
                    else {
                        object.recordingId = [];
                        if (options.bytes !== $Array)
                            object.recordingId = $util.newBuffer(object.recordingId);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.index = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.index = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.previous = "";
                    else {
                        object.previous = [];
                        if (options.bytes !== $Array)
                            object.previous = $util.newBuffer(object.previous);
                    }
                    if (options.bytes === $String)
                        object.command = "";
                    else {
                        object.command = [];
                        if (options.bytes !== $Array)
                            object.command = $util.newBuffer(object.command);
                    }
                    object.obeyed = false;
                    object.refusal = options.enums === $String ? "REFUSAL_UNSPECIFIED" : 0;
                }
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId"))
                    object.recordingId = options.bytes === $String ? $util.base64.encode(message.recordingId, 0, message.recordingId.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.recordingId) : message.recordingId;
                if (message.index != null && $Object.hasOwnProperty.call(message, "index"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.index = typeof message.index === "number" ? $BigInt(message.index) : $util.Long.fromBits(message.index.low >>> 0, message.index.high >>> 0, true).toBigInt();
                    else if (typeof message.index === "number")
                        object.index = options.longs === $String ? $String(message.index) : message.index;
                    else
                        object.index = options.longs === $String ? $util.Long.prototype.toString.call(message.index) : options.longs === $Number ? new $util.LongBits(message.index.low >>> 0, message.index.high >>> 0).toNumber(true) : message.index;
                if (message.previous != null && $Object.hasOwnProperty.call(message, "previous"))
                    object.previous = options.bytes === $String ? $util.base64.encode(message.previous, 0, message.previous.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.previous) : message.previous;
                if (message.command != null && $Object.hasOwnProperty.call(message, "command"))
                    object.command = options.bytes === $String ? $util.base64.encode(message.command, 0, message.command.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.command) : message.command;
                if (message.obeyed != null && $Object.hasOwnProperty.call(message, "obeyed"))
                    object.obeyed = message.obeyed;
                if (message.refusal != null && $Object.hasOwnProperty.call(message, "refusal"))
                    object.refusal = options.enums === $String ? $root.sealcam.evidence.CommandRefusal[message.refusal] === $undefined ? message.refusal : $root.sealcam.evidence.CommandRefusal[message.refusal] : message.refusal;
                return object;
            };

            RecordedCommand.prototype.toJSON = function() {
                return RecordedCommand.toObject(this, $protobuf.util.toJSONOptions);
            };

            return RecordedCommand;
        })();

        evidence.CommandRefusal = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "REFUSAL_UNSPECIFIED"] = 0;
            values[valuesById[1] = "REFUSAL_EXPIRED"] = 1;
            values[valuesById[2] = "REFUSAL_FORBIDDEN"] = 2;
            values[valuesById[3] = "REFUSAL_COUNTER"] = 3;
            values[valuesById[4] = "REFUSAL_KEY"] = 4;
            values[valuesById[5] = "REFUSAL_SESSION"] = 5;
            values[valuesById[6] = "REFUSAL_IMPOSSIBLE"] = 6;
            values[valuesById[7] = "REFUSAL_HEAD"] = 7;
            values[valuesById[8] = "REFUSAL_MALFORMED"] = 8;
            return values;
        })();

        evidence.Closing = (function() {

            const Closing = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Closing.prototype.recordingId = $util.newBuffer([]);
            Closing.prototype.index = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Closing.prototype.previous = $util.newBuffer([]);
            Closing.prototype.reason = 0;
            Closing.prototype.chunks = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Closing.prototype.gaps = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Closing.prototype.durationUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Closing.prototype.segments = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Closing.prototype.end = null;
            Closing.prototype.recoveredBy = $util.newBuffer([]);
            Closing.prototype.absentUsMax = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            Closing.create = function(properties) {
                return new Closing(properties);
            };

            Closing.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId") && message.recordingId.length)
                    writer.uint32(10).bytes(message.recordingId);
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && (typeof message.index === "object" ? message.index.low || message.index.high : message.index !== 0))
                    writer.uint32(16).uint64(message.index);
                if (message.previous != null && $Object.hasOwnProperty.call(message, "previous") && message.previous.length)
                    writer.uint32(26).bytes(message.previous);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== 0)
                    writer.uint32(32).int32(message.reason);
                if (message.chunks != null && $Object.hasOwnProperty.call(message, "chunks") && (typeof message.chunks === "object" ? message.chunks.low || message.chunks.high : message.chunks !== 0))
                    writer.uint32(40).uint64(message.chunks);
                if (message.gaps != null && $Object.hasOwnProperty.call(message, "gaps") && (typeof message.gaps === "object" ? message.gaps.low || message.gaps.high : message.gaps !== 0))
                    writer.uint32(48).uint64(message.gaps);
                if (message.durationUs != null && $Object.hasOwnProperty.call(message, "durationUs") && (typeof message.durationUs === "object" ? message.durationUs.low || message.durationUs.high : message.durationUs !== 0))
                    writer.uint32(56).uint64(message.durationUs);
                if (message.segments != null && $Object.hasOwnProperty.call(message, "segments") && (typeof message.segments === "object" ? message.segments.low || message.segments.high : message.segments !== 0))
                    writer.uint32(64).uint64(message.segments);
                if (message.end != null && $Object.hasOwnProperty.call(message, "end"))
                    $root.sealcam.evidence.Moment.encode(message.end, writer.uint32(74).fork(), _depth + 1).ldelim();
                if (message.recoveredBy != null && $Object.hasOwnProperty.call(message, "recoveredBy") && message.recoveredBy.length)
                    writer.uint32(82).bytes(message.recoveredBy);
                if (message.absentUsMax != null && $Object.hasOwnProperty.call(message, "absentUsMax") && (typeof message.absentUsMax === "object" ? message.absentUsMax.low || message.absentUsMax.high : message.absentUsMax !== 0))
                    writer.uint32(88).uint64(message.absentUsMax);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Closing.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Closing();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.recordingId = value;
                            else
                                delete message.recordingId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.previous = value;
                            else
                                delete message.previous;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.chunks = value;
                            else
                                delete message.chunks;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.gaps = value;
                            else
                                delete message.gaps;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.durationUs = value;
                            else
                                delete message.durationUs;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.segments = value;
                            else
                                delete message.segments;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.end = $root.sealcam.evidence.Moment.decode(reader, reader.size(), $undefined, _depth + 1, message.end);
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.recoveredBy = value;
                            else
                                delete message.recoveredBy;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.absentUsMax = value;
                            else
                                delete message.absentUsMax;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Closing.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Closing)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Closing: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Closing();
                if (object.recordingId != null)
                    if (object.recordingId.length)
                        if (typeof object.recordingId === "string")
                            $util.base64.decode(object.recordingId, message.recordingId = $util.newBuffer($util.base64.length(object.recordingId)), 0);
                        else if (object.recordingId.length >= 0)
                            message.recordingId = object.recordingId;
                if (object.index != null)
                    if (typeof object.index === "object" ? object.index.low || object.index.high : $Number(object.index) !== 0)
                        if ($util.Long)
                            message.index = $util.Long.fromValue(object.index, true);
                        else if (typeof object.index === "string")
                            message.index = $parseInt(object.index, 10);
                        else if (typeof object.index === "number")
                            message.index = object.index;
                        else if (typeof object.index === "object")
                            message.index = new $util.LongBits(object.index.low >>> 0, object.index.high >>> 0).toNumber(true);
                if (object.previous != null)
                    if (object.previous.length)
                        if (typeof object.previous === "string")
                            $util.base64.decode(object.previous, message.previous = $util.newBuffer($util.base64.length(object.previous)), 0);
                        else if (object.previous.length >= 0)
                            message.previous = object.previous;
                if (object.reason !== 0 && (typeof object.reason !== "string" || $root.sealcam.evidence.CloseReason[object.reason] !== 0))
                    switch (object.reason) {
                    case "CLOSE_UNSPECIFIED":
                    case 0:
                        message.reason = 0;
                        break;
                    case "CLOSE_BUTTON":
                    case 1:
                        message.reason = 1;
                        break;
                    case "CLOSE_LINKED":
                    case 2:
                        message.reason = 2;
                        break;
                    case "CLOSE_COMMAND":
                    case 3:
                        message.reason = 3;
                        break;
                    case "CLOSE_STORAGE":
                    case 4:
                        message.reason = 4;
                        break;
                    case "CLOSE_SENSOR":
                    case 5:
                        message.reason = 5;
                        break;
                    case "CLOSE_SHUTDOWN":
                    case 6:
                        message.reason = 6;
                        break;
                    case "CLOSE_RECOVERED":
                    case 7:
                        message.reason = 7;
                        break;
                    case "CLOSE_FAULT":
                    case 8:
                        message.reason = 8;
                        break;
                    case "CLOSE_BATTERY":
                    case 9:
                        message.reason = 9;
                        break;
                    case "CLOSE_HEAT":
                    case 10:
                        message.reason = 10;
                        break;
                    default:
                        if (typeof object.reason === "number" && (object.reason | 0) === object.reason)
                            message.reason = object.reason;
                    }
                if (object.chunks != null)
                    if (typeof object.chunks === "object" ? object.chunks.low || object.chunks.high : $Number(object.chunks) !== 0)
                        if ($util.Long)
                            message.chunks = $util.Long.fromValue(object.chunks, true);
                        else if (typeof object.chunks === "string")
                            message.chunks = $parseInt(object.chunks, 10);
                        else if (typeof object.chunks === "number")
                            message.chunks = object.chunks;
                        else if (typeof object.chunks === "object")
                            message.chunks = new $util.LongBits(object.chunks.low >>> 0, object.chunks.high >>> 0).toNumber(true);
                if (object.gaps != null)
                    if (typeof object.gaps === "object" ? object.gaps.low || object.gaps.high : $Number(object.gaps) !== 0)
                        if ($util.Long)
                            message.gaps = $util.Long.fromValue(object.gaps, true);
                        else if (typeof object.gaps === "string")
                            message.gaps = $parseInt(object.gaps, 10);
                        else if (typeof object.gaps === "number")
                            message.gaps = object.gaps;
                        else if (typeof object.gaps === "object")
                            message.gaps = new $util.LongBits(object.gaps.low >>> 0, object.gaps.high >>> 0).toNumber(true);
                if (object.durationUs != null)
                    if (typeof object.durationUs === "object" ? object.durationUs.low || object.durationUs.high : $Number(object.durationUs) !== 0)
                        if ($util.Long)
                            message.durationUs = $util.Long.fromValue(object.durationUs, true);
                        else if (typeof object.durationUs === "string")
                            message.durationUs = $parseInt(object.durationUs, 10);
                        else if (typeof object.durationUs === "number")
                            message.durationUs = object.durationUs;
                        else if (typeof object.durationUs === "object")
                            message.durationUs = new $util.LongBits(object.durationUs.low >>> 0, object.durationUs.high >>> 0).toNumber(true);
                if (object.segments != null)
                    if (typeof object.segments === "object" ? object.segments.low || object.segments.high : $Number(object.segments) !== 0)
                        if ($util.Long)
                            message.segments = $util.Long.fromValue(object.segments, true);
                        else if (typeof object.segments === "string")
                            message.segments = $parseInt(object.segments, 10);
                        else if (typeof object.segments === "number")
                            message.segments = object.segments;
                        else if (typeof object.segments === "object")
                            message.segments = new $util.LongBits(object.segments.low >>> 0, object.segments.high >>> 0).toNumber(true);
                if (object.end != null) {
                    if (!$util.isObject(object.end))
                        throw $TypeError(".sealcam.evidence.Closing.end: object expected");
                    message.end = $root.sealcam.evidence.Moment.fromObject(object.end, _depth + 1);
                }
                if (object.recoveredBy != null)
                    if (object.recoveredBy.length)
                        if (typeof object.recoveredBy === "string")
                            $util.base64.decode(object.recoveredBy, message.recoveredBy = $util.newBuffer($util.base64.length(object.recoveredBy)), 0);
                        else if (object.recoveredBy.length >= 0)
                            message.recoveredBy = object.recoveredBy;
                if (object.absentUsMax != null)
                    if (typeof object.absentUsMax === "object" ? object.absentUsMax.low || object.absentUsMax.high : $Number(object.absentUsMax) !== 0)
                        if ($util.Long)
                            message.absentUsMax = $util.Long.fromValue(object.absentUsMax, true);
                        else if (typeof object.absentUsMax === "string")
                            message.absentUsMax = $parseInt(object.absentUsMax, 10);
                        else if (typeof object.absentUsMax === "number")
                            message.absentUsMax = object.absentUsMax;
                        else if (typeof object.absentUsMax === "object")
                            message.absentUsMax = new $util.LongBits(object.absentUsMax.low >>> 0, object.absentUsMax.high >>> 0).toNumber(true);
                return message;
            };

            Closing.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.recordingId = "";
                    else {
                        object.recordingId = [];
                        if (options.bytes !== $Array)
                            object.recordingId = $util.newBuffer(object.recordingId);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.index = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.index = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.previous = "";
                    else {
                        object.previous = [];
                        if (options.bytes !== $Array)
                            object.previous = $util.newBuffer(object.previous);
                    }
                    object.reason = options.enums === $String ? "CLOSE_UNSPECIFIED" : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.chunks = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.chunks = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.gaps = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.gaps = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.durationUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.durationUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.segments = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.segments = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.end = null;
                    if (options.bytes === $String)
                        object.recoveredBy = "";
                    else {
                        object.recoveredBy = [];
                        if (options.bytes !== $Array)
                            object.recoveredBy = $util.newBuffer(object.recoveredBy);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.absentUsMax = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.absentUsMax = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                }
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId"))
                    object.recordingId = options.bytes === $String ? $util.base64.encode(message.recordingId, 0, message.recordingId.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.recordingId) : message.recordingId;
                if (message.index != null && $Object.hasOwnProperty.call(message, "index"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.index = typeof message.index === "number" ? $BigInt(message.index) : $util.Long.fromBits(message.index.low >>> 0, message.index.high >>> 0, true).toBigInt();
                    else if (typeof message.index === "number")
                        object.index = options.longs === $String ? $String(message.index) : message.index;
                    else
                        object.index = options.longs === $String ? $util.Long.prototype.toString.call(message.index) : options.longs === $Number ? new $util.LongBits(message.index.low >>> 0, message.index.high >>> 0).toNumber(true) : message.index;
                if (message.previous != null && $Object.hasOwnProperty.call(message, "previous"))
                    object.previous = options.bytes === $String ? $util.base64.encode(message.previous, 0, message.previous.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.previous) : message.previous;
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
                    object.reason = options.enums === $String ? $root.sealcam.evidence.CloseReason[message.reason] === $undefined ? message.reason : $root.sealcam.evidence.CloseReason[message.reason] : message.reason;
                if (message.chunks != null && $Object.hasOwnProperty.call(message, "chunks"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.chunks = typeof message.chunks === "number" ? $BigInt(message.chunks) : $util.Long.fromBits(message.chunks.low >>> 0, message.chunks.high >>> 0, true).toBigInt();
                    else if (typeof message.chunks === "number")
                        object.chunks = options.longs === $String ? $String(message.chunks) : message.chunks;
                    else
                        object.chunks = options.longs === $String ? $util.Long.prototype.toString.call(message.chunks) : options.longs === $Number ? new $util.LongBits(message.chunks.low >>> 0, message.chunks.high >>> 0).toNumber(true) : message.chunks;
                if (message.gaps != null && $Object.hasOwnProperty.call(message, "gaps"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.gaps = typeof message.gaps === "number" ? $BigInt(message.gaps) : $util.Long.fromBits(message.gaps.low >>> 0, message.gaps.high >>> 0, true).toBigInt();
                    else if (typeof message.gaps === "number")
                        object.gaps = options.longs === $String ? $String(message.gaps) : message.gaps;
                    else
                        object.gaps = options.longs === $String ? $util.Long.prototype.toString.call(message.gaps) : options.longs === $Number ? new $util.LongBits(message.gaps.low >>> 0, message.gaps.high >>> 0).toNumber(true) : message.gaps;
                if (message.durationUs != null && $Object.hasOwnProperty.call(message, "durationUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.durationUs = typeof message.durationUs === "number" ? $BigInt(message.durationUs) : $util.Long.fromBits(message.durationUs.low >>> 0, message.durationUs.high >>> 0, true).toBigInt();
                    else if (typeof message.durationUs === "number")
                        object.durationUs = options.longs === $String ? $String(message.durationUs) : message.durationUs;
                    else
                        object.durationUs = options.longs === $String ? $util.Long.prototype.toString.call(message.durationUs) : options.longs === $Number ? new $util.LongBits(message.durationUs.low >>> 0, message.durationUs.high >>> 0).toNumber(true) : message.durationUs;
                if (message.segments != null && $Object.hasOwnProperty.call(message, "segments"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.segments = typeof message.segments === "number" ? $BigInt(message.segments) : $util.Long.fromBits(message.segments.low >>> 0, message.segments.high >>> 0, true).toBigInt();
                    else if (typeof message.segments === "number")
                        object.segments = options.longs === $String ? $String(message.segments) : message.segments;
                    else
                        object.segments = options.longs === $String ? $util.Long.prototype.toString.call(message.segments) : options.longs === $Number ? new $util.LongBits(message.segments.low >>> 0, message.segments.high >>> 0).toNumber(true) : message.segments;
                if (message.end != null && $Object.hasOwnProperty.call(message, "end"))
                    object.end = $root.sealcam.evidence.Moment.toObject(message.end, options, _depth + 1);
                if (message.recoveredBy != null && $Object.hasOwnProperty.call(message, "recoveredBy"))
                    object.recoveredBy = options.bytes === $String ? $util.base64.encode(message.recoveredBy, 0, message.recoveredBy.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.recoveredBy) : message.recoveredBy;
                if (message.absentUsMax != null && $Object.hasOwnProperty.call(message, "absentUsMax"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.absentUsMax = typeof message.absentUsMax === "number" ? $BigInt(message.absentUsMax) : $util.Long.fromBits(message.absentUsMax.low >>> 0, message.absentUsMax.high >>> 0, true).toBigInt();
                    else if (typeof message.absentUsMax === "number")
                        object.absentUsMax = options.longs === $String ? $String(message.absentUsMax) : message.absentUsMax;
                    else
                        object.absentUsMax = options.longs === $String ? $util.Long.prototype.toString.call(message.absentUsMax) : options.longs === $Number ? new $util.LongBits(message.absentUsMax.low >>> 0, message.absentUsMax.high >>> 0).toNumber(true) : message.absentUsMax;
                return object;
            };

            Closing.prototype.toJSON = function() {
                return Closing.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Closing;
        })();

        evidence.CloseReason = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "CLOSE_UNSPECIFIED"] = 0;
            values[valuesById[1] = "CLOSE_BUTTON"] = 1;
            values[valuesById[2] = "CLOSE_LINKED"] = 2;
            values[valuesById[3] = "CLOSE_COMMAND"] = 3;
            values[valuesById[4] = "CLOSE_STORAGE"] = 4;
            values[valuesById[5] = "CLOSE_SENSOR"] = 5;
            values[valuesById[6] = "CLOSE_SHUTDOWN"] = 6;
            values[valuesById[7] = "CLOSE_RECOVERED"] = 7;
            values[valuesById[8] = "CLOSE_FAULT"] = 8;
            values[valuesById[9] = "CLOSE_BATTERY"] = 9;
            values[valuesById[10] = "CLOSE_HEAT"] = 10;
            return values;
        })();

        evidence.Loss = (function() {

            const Loss = function (properties) {
                this.segments = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Loss.prototype.session = $util.newBuffer([]);
            Loss.prototype.recordingId = $util.newBuffer([]);
            Loss.prototype.index = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Loss.prototype.statement = $util.newBuffer([]);
            Loss.prototype.segments = $util.emptyArray;
            Loss.prototype.cause = 0;

            Loss.create = function(properties) {
                return new Loss(properties);
            };

            Loss.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.session != null && $Object.hasOwnProperty.call(message, "session") && message.session.length)
                    writer.uint32(10).bytes(message.session);
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId") && message.recordingId.length)
                    writer.uint32(18).bytes(message.recordingId);
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && (typeof message.index === "object" ? message.index.low || message.index.high : message.index !== 0))
                    writer.uint32(24).uint64(message.index);
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement.length)
                    writer.uint32(34).bytes(message.statement);
                if (message.segments != null && message.segments.length)
                    for (let i = 0; i < message.segments.length; ++i)
                        $root.sealcam.evidence.LostSegment.encode(message.segments[i], writer.uint32(42).fork(), _depth + 1).ldelim();
                if (message.cause != null && $Object.hasOwnProperty.call(message, "cause") && message.cause !== 0)
                    writer.uint32(48).int32(message.cause);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Loss.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Loss();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.session = value;
                            else
                                delete message.session;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.recordingId = value;
                            else
                                delete message.recordingId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.segments && message.segments.length))
                                message.segments = [];
                            message.segments.push($root.sealcam.evidence.LostSegment.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.cause = value;
                            else
                                delete message.cause;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Loss.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Loss)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Loss: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Loss();
                if (object.session != null)
                    if (object.session.length)
                        if (typeof object.session === "string")
                            $util.base64.decode(object.session, message.session = $util.newBuffer($util.base64.length(object.session)), 0);
                        else if (object.session.length >= 0)
                            message.session = object.session;
                if (object.recordingId != null)
                    if (object.recordingId.length)
                        if (typeof object.recordingId === "string")
                            $util.base64.decode(object.recordingId, message.recordingId = $util.newBuffer($util.base64.length(object.recordingId)), 0);
                        else if (object.recordingId.length >= 0)
                            message.recordingId = object.recordingId;
                if (object.index != null)
                    if (typeof object.index === "object" ? object.index.low || object.index.high : $Number(object.index) !== 0)
                        if ($util.Long)
                            message.index = $util.Long.fromValue(object.index, true);
                        else if (typeof object.index === "string")
                            message.index = $parseInt(object.index, 10);
                        else if (typeof object.index === "number")
                            message.index = object.index;
                        else if (typeof object.index === "object")
                            message.index = new $util.LongBits(object.index.low >>> 0, object.index.high >>> 0).toNumber(true);
                if (object.statement != null)
                    if (object.statement.length)
                        if (typeof object.statement === "string")
                            $util.base64.decode(object.statement, message.statement = $util.newBuffer($util.base64.length(object.statement)), 0);
                        else if (object.statement.length >= 0)
                            message.statement = object.statement;
                if (object.segments) {
                    if (!$Array.isArray(object.segments))
                        throw $TypeError(".sealcam.evidence.Loss.segments: array expected");
                    message.segments = $Array(object.segments.length);
                    for (let i = 0; i < object.segments.length; ++i) {
                        if (!$util.isObject(object.segments[i]))
                            throw $TypeError(".sealcam.evidence.Loss.segments: object expected");
                        message.segments[i] = $root.sealcam.evidence.LostSegment.fromObject(object.segments[i], _depth + 1);
                    }
                }
                if (object.cause !== 0 && (typeof object.cause !== "string" || $root.sealcam.evidence.LossCause[object.cause] !== 0))
                    switch (object.cause) {
                    case "LOSS_UNSPECIFIED":
                    case 0:
                        message.cause = 0;
                        break;
                    case "LOSS_ROT":
                    case 1:
                        message.cause = 1;
                        break;
                    default:
                        if (typeof object.cause === "number" && (object.cause | 0) === object.cause)
                            message.cause = object.cause;
                    }
                return message;
            };

            Loss.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.segments = [];
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.session = "";
                    else {
                        object.session = [];
                        if (options.bytes !== $Array)
                            object.session = $util.newBuffer(object.session);
                    }
                    if (options.bytes === $String)
                        object.recordingId = "";
                    else {
                        object.recordingId = [];
                        if (options.bytes !== $Array)
                            object.recordingId = $util.newBuffer(object.recordingId);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.index = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.index = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.statement = "";
                    else {
                        object.statement = [];
                        if (options.bytes !== $Array)
                            object.statement = $util.newBuffer(object.statement);
                    }
                    object.cause = options.enums === $String ? "LOSS_UNSPECIFIED" : 0;
                }
                if (message.session != null && $Object.hasOwnProperty.call(message, "session"))
                    object.session = options.bytes === $String ? $util.base64.encode(message.session, 0, message.session.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.session) : message.session;
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId"))
                    object.recordingId = options.bytes === $String ? $util.base64.encode(message.recordingId, 0, message.recordingId.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.recordingId) : message.recordingId;
                if (message.index != null && $Object.hasOwnProperty.call(message, "index"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.index = typeof message.index === "number" ? $BigInt(message.index) : $util.Long.fromBits(message.index.low >>> 0, message.index.high >>> 0, true).toBigInt();
                    else if (typeof message.index === "number")
                        object.index = options.longs === $String ? $String(message.index) : message.index;
                    else
                        object.index = options.longs === $String ? $util.Long.prototype.toString.call(message.index) : options.longs === $Number ? new $util.LongBits(message.index.low >>> 0, message.index.high >>> 0).toNumber(true) : message.index;
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement"))
                    object.statement = options.bytes === $String ? $util.base64.encode(message.statement, 0, message.statement.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.statement) : message.statement;
                if (message.segments && message.segments.length) {
                    object.segments = $Array(message.segments.length);
                    for (let j = 0; j < message.segments.length; ++j)
                        object.segments[j] = $root.sealcam.evidence.LostSegment.toObject(message.segments[j], options, _depth + 1);
                }
                if (message.cause != null && $Object.hasOwnProperty.call(message, "cause"))
                    object.cause = options.enums === $String ? $root.sealcam.evidence.LossCause[message.cause] === $undefined ? message.cause : $root.sealcam.evidence.LossCause[message.cause] : message.cause;
                return object;
            };

            Loss.prototype.toJSON = function() {
                return Loss.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Loss;
        })();

        evidence.LostSegment = (function() {

            const LostSegment = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            LostSegment.prototype.part = 0;
            LostSegment.prototype.number = 0;

            LostSegment.create = function(properties) {
                return new LostSegment(properties);
            };

            LostSegment.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.part != null && $Object.hasOwnProperty.call(message, "part") && message.part !== 0)
                    writer.uint32(8).uint32(message.part);
                if (message.number != null && $Object.hasOwnProperty.call(message, "number") && message.number !== 0)
                    writer.uint32(16).uint32(message.number);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            LostSegment.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.LostSegment();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.part = value;
                            else
                                delete message.part;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.number = value;
                            else
                                delete message.number;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            LostSegment.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.LostSegment)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.LostSegment: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.LostSegment();
                if (object.part != null)
                    if ($Number(object.part) !== 0)
                        message.part = object.part >>> 0;
                if (object.number != null)
                    if ($Number(object.number) !== 0)
                        message.number = object.number >>> 0;
                return message;
            };

            LostSegment.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.part = 0;
                    object.number = 0;
                }
                if (message.part != null && $Object.hasOwnProperty.call(message, "part"))
                    object.part = message.part;
                if (message.number != null && $Object.hasOwnProperty.call(message, "number"))
                    object.number = message.number;
                return object;
            };

            LostSegment.prototype.toJSON = function() {
                return LostSegment.toObject(this, $protobuf.util.toJSONOptions);
            };

            return LostSegment;
        })();

        evidence.LossCause = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "LOSS_UNSPECIFIED"] = 0;
            values[valuesById[1] = "LOSS_ROT"] = 1;
            return values;
        })();

        evidence.CommandAnswer = (function() {

            const CommandAnswer = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CommandAnswer.prototype.session = $util.newBuffer([]);
            CommandAnswer.prototype.command = $util.newBuffer([]);
            CommandAnswer.prototype.obeyed = false;
            CommandAnswer.prototype.refusal = 0;
            CommandAnswer.prototype.recordingId = $util.newBuffer([]);
            CommandAnswer.prototype.index = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            CommandAnswer.prototype.counter = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            CommandAnswer.create = function(properties) {
                return new CommandAnswer(properties);
            };

            CommandAnswer.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.session != null && $Object.hasOwnProperty.call(message, "session") && message.session.length)
                    writer.uint32(10).bytes(message.session);
                if (message.command != null && $Object.hasOwnProperty.call(message, "command") && message.command.length)
                    writer.uint32(18).bytes(message.command);
                if (message.obeyed != null && $Object.hasOwnProperty.call(message, "obeyed") && message.obeyed !== false)
                    writer.uint32(24).bool(message.obeyed);
                if (message.refusal != null && $Object.hasOwnProperty.call(message, "refusal") && message.refusal !== 0)
                    writer.uint32(32).int32(message.refusal);
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId") && message.recordingId.length)
                    writer.uint32(42).bytes(message.recordingId);
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && (typeof message.index === "object" ? message.index.low || message.index.high : message.index !== 0))
                    writer.uint32(48).uint64(message.index);
                if (message.counter != null && $Object.hasOwnProperty.call(message, "counter") && (typeof message.counter === "object" ? message.counter.low || message.counter.high : message.counter !== 0))
                    writer.uint32(56).uint64(message.counter);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CommandAnswer.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.CommandAnswer();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.session = value;
                            else
                                delete message.session;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.command = value;
                            else
                                delete message.command;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.obeyed = value;
                            else
                                delete message.obeyed;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.refusal = value;
                            else
                                delete message.refusal;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.recordingId = value;
                            else
                                delete message.recordingId;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.counter = value;
                            else
                                delete message.counter;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            CommandAnswer.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.CommandAnswer)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.CommandAnswer: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.CommandAnswer();
                if (object.session != null)
                    if (object.session.length)
                        if (typeof object.session === "string")
                            $util.base64.decode(object.session, message.session = $util.newBuffer($util.base64.length(object.session)), 0);
                        else if (object.session.length >= 0)
                            message.session = object.session;
                if (object.command != null)
                    if (object.command.length)
                        if (typeof object.command === "string")
                            $util.base64.decode(object.command, message.command = $util.newBuffer($util.base64.length(object.command)), 0);
                        else if (object.command.length >= 0)
                            message.command = object.command;
                if (object.obeyed != null)
                    if (object.obeyed)
                        message.obeyed = $Boolean(object.obeyed);
                if (object.refusal !== 0 && (typeof object.refusal !== "string" || $root.sealcam.evidence.CommandRefusal[object.refusal] !== 0))
                    switch (object.refusal) {
                    case "REFUSAL_UNSPECIFIED":
                    case 0:
                        message.refusal = 0;
                        break;
                    case "REFUSAL_EXPIRED":
                    case 1:
                        message.refusal = 1;
                        break;
                    case "REFUSAL_FORBIDDEN":
                    case 2:
                        message.refusal = 2;
                        break;
                    case "REFUSAL_COUNTER":
                    case 3:
                        message.refusal = 3;
                        break;
                    case "REFUSAL_KEY":
                    case 4:
                        message.refusal = 4;
                        break;
                    case "REFUSAL_SESSION":
                    case 5:
                        message.refusal = 5;
                        break;
                    case "REFUSAL_IMPOSSIBLE":
                    case 6:
                        message.refusal = 6;
                        break;
                    case "REFUSAL_HEAD":
                    case 7:
                        message.refusal = 7;
                        break;
                    case "REFUSAL_MALFORMED":
                    case 8:
                        message.refusal = 8;
                        break;
                    default:
                        if (typeof object.refusal === "number" && (object.refusal | 0) === object.refusal)
                            message.refusal = object.refusal;
                    }
                if (object.recordingId != null)
                    if (object.recordingId.length)
                        if (typeof object.recordingId === "string")
                            $util.base64.decode(object.recordingId, message.recordingId = $util.newBuffer($util.base64.length(object.recordingId)), 0);
                        else if (object.recordingId.length >= 0)
                            message.recordingId = object.recordingId;
                if (object.index != null)
                    if (typeof object.index === "object" ? object.index.low || object.index.high : $Number(object.index) !== 0)
                        if ($util.Long)
                            message.index = $util.Long.fromValue(object.index, true);
                        else if (typeof object.index === "string")
                            message.index = $parseInt(object.index, 10);
                        else if (typeof object.index === "number")
                            message.index = object.index;
                        else if (typeof object.index === "object")
                            message.index = new $util.LongBits(object.index.low >>> 0, object.index.high >>> 0).toNumber(true);
                if (object.counter != null)
                    if (typeof object.counter === "object" ? object.counter.low || object.counter.high : $Number(object.counter) !== 0)
                        if ($util.Long)
                            message.counter = $util.Long.fromValue(object.counter, true);
                        else if (typeof object.counter === "string")
                            message.counter = $parseInt(object.counter, 10);
                        else if (typeof object.counter === "number")
                            message.counter = object.counter;
                        else if (typeof object.counter === "object")
                            message.counter = new $util.LongBits(object.counter.low >>> 0, object.counter.high >>> 0).toNumber(true);
                return message;
            };

            CommandAnswer.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.session = "";
                    else {
                        object.session = [];
                        if (options.bytes !== $Array)
                            object.session = $util.newBuffer(object.session);
                    }
                    if (options.bytes === $String)
                        object.command = "";
                    else {
                        object.command = [];
                        if (options.bytes !== $Array)
                            object.command = $util.newBuffer(object.command);
                    }
                    object.obeyed = false;
                    object.refusal = options.enums === $String ? "REFUSAL_UNSPECIFIED" : 0;
                    if (options.bytes === $String)
                        object.recordingId = "";
                    else {
                        object.recordingId = [];
                        if (options.bytes !== $Array)
                            object.recordingId = $util.newBuffer(object.recordingId);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.index = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.index = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.counter = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.counter = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                }
                if (message.session != null && $Object.hasOwnProperty.call(message, "session"))
                    object.session = options.bytes === $String ? $util.base64.encode(message.session, 0, message.session.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.session) : message.session;
                if (message.command != null && $Object.hasOwnProperty.call(message, "command"))
                    object.command = options.bytes === $String ? $util.base64.encode(message.command, 0, message.command.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.command) : message.command;
                if (message.obeyed != null && $Object.hasOwnProperty.call(message, "obeyed"))
                    object.obeyed = message.obeyed;
                if (message.refusal != null && $Object.hasOwnProperty.call(message, "refusal"))
                    object.refusal = options.enums === $String ? $root.sealcam.evidence.CommandRefusal[message.refusal] === $undefined ? message.refusal : $root.sealcam.evidence.CommandRefusal[message.refusal] : message.refusal;
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId"))
                    object.recordingId = options.bytes === $String ? $util.base64.encode(message.recordingId, 0, message.recordingId.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.recordingId) : message.recordingId;
                if (message.index != null && $Object.hasOwnProperty.call(message, "index"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.index = typeof message.index === "number" ? $BigInt(message.index) : $util.Long.fromBits(message.index.low >>> 0, message.index.high >>> 0, true).toBigInt();
                    else if (typeof message.index === "number")
                        object.index = options.longs === $String ? $String(message.index) : message.index;
                    else
                        object.index = options.longs === $String ? $util.Long.prototype.toString.call(message.index) : options.longs === $Number ? new $util.LongBits(message.index.low >>> 0, message.index.high >>> 0).toNumber(true) : message.index;
                if (message.counter != null && $Object.hasOwnProperty.call(message, "counter"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.counter = typeof message.counter === "number" ? $BigInt(message.counter) : $util.Long.fromBits(message.counter.low >>> 0, message.counter.high >>> 0, true).toBigInt();
                    else if (typeof message.counter === "number")
                        object.counter = options.longs === $String ? $String(message.counter) : message.counter;
                    else
                        object.counter = options.longs === $String ? $util.Long.prototype.toString.call(message.counter) : options.longs === $Number ? new $util.LongBits(message.counter.low >>> 0, message.counter.high >>> 0).toNumber(true) : message.counter;
                return object;
            };

            CommandAnswer.prototype.toJSON = function() {
                return CommandAnswer.toObject(this, $protobuf.util.toJSONOptions);
            };

            return CommandAnswer;
        })();

        evidence.Journal = (function() {

            const Journal = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Journal.prototype.session = $util.newBuffer([]);
            Journal.prototype.index = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Journal.prototype.previous = $util.newBuffer([]);
            Journal.prototype.moment = null;
            Journal.prototype.event = 0;
            Journal.prototype.value = "";

            Journal.create = function(properties) {
                return new Journal(properties);
            };

            Journal.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.session != null && $Object.hasOwnProperty.call(message, "session") && message.session.length)
                    writer.uint32(10).bytes(message.session);
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && (typeof message.index === "object" ? message.index.low || message.index.high : message.index !== 0))
                    writer.uint32(16).uint64(message.index);
                if (message.previous != null && $Object.hasOwnProperty.call(message, "previous") && message.previous.length)
                    writer.uint32(26).bytes(message.previous);
                if (message.moment != null && $Object.hasOwnProperty.call(message, "moment"))
                    $root.sealcam.evidence.Moment.encode(message.moment, writer.uint32(34).fork(), _depth + 1).ldelim();
                if (message.event != null && $Object.hasOwnProperty.call(message, "event") && message.event !== 0)
                    writer.uint32(40).int32(message.event);
                if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value !== "")
                    writer.uint32(50).string(message.value);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Journal.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Journal();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.session = value;
                            else
                                delete message.session;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.previous = value;
                            else
                                delete message.previous;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.moment = $root.sealcam.evidence.Moment.decode(reader, reader.size(), $undefined, _depth + 1, message.moment);
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.event = value;
                            else
                                delete message.event;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.value = value;
                            else
                                delete message.value;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Journal.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Journal)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Journal: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Journal();
                if (object.session != null)
                    if (object.session.length)
                        if (typeof object.session === "string")
                            $util.base64.decode(object.session, message.session = $util.newBuffer($util.base64.length(object.session)), 0);
                        else if (object.session.length >= 0)
                            message.session = object.session;
                if (object.index != null)
                    if (typeof object.index === "object" ? object.index.low || object.index.high : $Number(object.index) !== 0)
                        if ($util.Long)
                            message.index = $util.Long.fromValue(object.index, true);
                        else if (typeof object.index === "string")
                            message.index = $parseInt(object.index, 10);
                        else if (typeof object.index === "number")
                            message.index = object.index;
                        else if (typeof object.index === "object")
                            message.index = new $util.LongBits(object.index.low >>> 0, object.index.high >>> 0).toNumber(true);
                if (object.previous != null)
                    if (object.previous.length)
                        if (typeof object.previous === "string")
                            $util.base64.decode(object.previous, message.previous = $util.newBuffer($util.base64.length(object.previous)), 0);
                        else if (object.previous.length >= 0)
                            message.previous = object.previous;
                if (object.moment != null) {
                    if (!$util.isObject(object.moment))
                        throw $TypeError(".sealcam.evidence.Journal.moment: object expected");
                    message.moment = $root.sealcam.evidence.Moment.fromObject(object.moment, _depth + 1);
                }
                if (object.event !== 0 && (typeof object.event !== "string" || $root.sealcam.evidence.JournalEvent[object.event] !== 0))
                    switch (object.event) {
                    case "JOURNAL_UNSPECIFIED":
                    case 0:
                        message.event = 0;
                        break;
                    case "JOURNAL_BOOT":
                    case 1:
                        message.event = 1;
                        break;
                    case "JOURNAL_SHUTDOWN":
                    case 2:
                        message.event = 2;
                        break;
                    case "JOURNAL_CUT":
                    case 3:
                        message.event = 3;
                        break;
                    case "JOURNAL_TIME_STEP":
                    case 4:
                        message.event = 4;
                        break;
                    case "JOURNAL_COMMAND":
                    case 5:
                        message.event = 5;
                        break;
                    case "JOURNAL_ROSTER":
                    case 6:
                        message.event = 6;
                        break;
                    case "JOURNAL_POLICY":
                    case 7:
                        message.event = 7;
                        break;
                    case "JOURNAL_SENSOR_LOST":
                    case 8:
                        message.event = 8;
                        break;
                    case "JOURNAL_SENSOR_BACK":
                    case 9:
                        message.event = 9;
                        break;
                    case "JOURNAL_SENSOR_CHANGED":
                    case 10:
                        message.event = 10;
                        break;
                    case "JOURNAL_LAMP_FAULT":
                    case 11:
                        message.event = 11;
                        break;
                    case "JOURNAL_LAMP_WELL":
                    case 12:
                        message.event = 12;
                        break;
                    case "JOURNAL_STORAGE_FULL":
                    case 13:
                        message.event = 13;
                        break;
                    case "JOURNAL_STORAGE_WRITABLE":
                    case 14:
                        message.event = 14;
                        break;
                    case "JOURNAL_STORAGE_FAULT":
                    case 15:
                        message.event = 15;
                        break;
                    case "JOURNAL_LEFT_OUT":
                    case 16:
                        message.event = 16;
                        break;
                    default:
                        if (typeof object.event === "number" && (object.event | 0) === object.event)
                            message.event = object.event;
                    }
                if (object.value != null)
                    if (typeof object.value !== "string" || object.value.length)
                        message.value = $String(object.value);
                return message;
            };

            Journal.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.session = "";
                    else {
                        object.session = [];
                        if (options.bytes !== $Array)
                            object.session = $util.newBuffer(object.session);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.index = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.index = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.previous = "";
                    else {
                        object.previous = [];
                        if (options.bytes !== $Array)
                            object.previous = $util.newBuffer(object.previous);
                    }
                    object.moment = null;
                    object.event = options.enums === $String ? "JOURNAL_UNSPECIFIED" : 0;
                    object.value = "";
                }
                if (message.session != null && $Object.hasOwnProperty.call(message, "session"))
                    object.session = options.bytes === $String ? $util.base64.encode(message.session, 0, message.session.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.session) : message.session;
                if (message.index != null && $Object.hasOwnProperty.call(message, "index"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.index = typeof message.index === "number" ? $BigInt(message.index) : $util.Long.fromBits(message.index.low >>> 0, message.index.high >>> 0, true).toBigInt();
                    else if (typeof message.index === "number")
                        object.index = options.longs === $String ? $String(message.index) : message.index;
                    else
                        object.index = options.longs === $String ? $util.Long.prototype.toString.call(message.index) : options.longs === $Number ? new $util.LongBits(message.index.low >>> 0, message.index.high >>> 0).toNumber(true) : message.index;
                if (message.previous != null && $Object.hasOwnProperty.call(message, "previous"))
                    object.previous = options.bytes === $String ? $util.base64.encode(message.previous, 0, message.previous.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.previous) : message.previous;
                if (message.moment != null && $Object.hasOwnProperty.call(message, "moment"))
                    object.moment = $root.sealcam.evidence.Moment.toObject(message.moment, options, _depth + 1);
                if (message.event != null && $Object.hasOwnProperty.call(message, "event"))
                    object.event = options.enums === $String ? $root.sealcam.evidence.JournalEvent[message.event] === $undefined ? message.event : $root.sealcam.evidence.JournalEvent[message.event] : message.event;
                if (message.value != null && $Object.hasOwnProperty.call(message, "value"))
                    object.value = message.value;
                return object;
            };

            Journal.prototype.toJSON = function() {
                return Journal.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Journal;
        })();

        evidence.JournalEvent = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "JOURNAL_UNSPECIFIED"] = 0;
            values[valuesById[1] = "JOURNAL_BOOT"] = 1;
            values[valuesById[2] = "JOURNAL_SHUTDOWN"] = 2;
            values[valuesById[3] = "JOURNAL_CUT"] = 3;
            values[valuesById[4] = "JOURNAL_TIME_STEP"] = 4;
            values[valuesById[5] = "JOURNAL_COMMAND"] = 5;
            values[valuesById[6] = "JOURNAL_ROSTER"] = 6;
            values[valuesById[7] = "JOURNAL_POLICY"] = 7;
            values[valuesById[8] = "JOURNAL_SENSOR_LOST"] = 8;
            values[valuesById[9] = "JOURNAL_SENSOR_BACK"] = 9;
            values[valuesById[10] = "JOURNAL_SENSOR_CHANGED"] = 10;
            values[valuesById[11] = "JOURNAL_LAMP_FAULT"] = 11;
            values[valuesById[12] = "JOURNAL_LAMP_WELL"] = 12;
            values[valuesById[13] = "JOURNAL_STORAGE_FULL"] = 13;
            values[valuesById[14] = "JOURNAL_STORAGE_WRITABLE"] = 14;
            values[valuesById[15] = "JOURNAL_STORAGE_FAULT"] = 15;
            values[valuesById[16] = "JOURNAL_LEFT_OUT"] = 16;
            return values;
        })();

        evidence.Receipt = (function() {

            const Receipt = function (properties) {
                this.losses = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Receipt.prototype.certificate = $util.newBuffer([]);
            Receipt.prototype.stationId = "";
            Receipt.prototype.deviceId = "";
            Receipt.prototype.recordingId = $util.newBuffer([]);
            Receipt.prototype.count = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Receipt.prototype.statement = $util.newBuffer([]);
            Receipt.prototype.keyEnvelopeHash = $util.newBuffer([]);
            Receipt.prototype.complete = false;
            Receipt.prototype.stationUtcUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Receipt.prototype.counter = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Receipt.prototype.previousReceipt = $util.newBuffer([]);
            Receipt.prototype.losses = $util.emptyArray;

            Receipt.create = function(properties) {
                return new Receipt(properties);
            };

            Receipt.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.certificate != null && $Object.hasOwnProperty.call(message, "certificate") && message.certificate.length)
                    writer.uint32(10).bytes(message.certificate);
                if (message.stationId != null && $Object.hasOwnProperty.call(message, "stationId") && message.stationId !== "")
                    writer.uint32(18).string(message.stationId);
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId") && message.deviceId !== "")
                    writer.uint32(26).string(message.deviceId);
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId") && message.recordingId.length)
                    writer.uint32(34).bytes(message.recordingId);
                if (message.count != null && $Object.hasOwnProperty.call(message, "count") && (typeof message.count === "object" ? message.count.low || message.count.high : message.count !== 0))
                    writer.uint32(40).uint64(message.count);
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement") && message.statement.length)
                    writer.uint32(50).bytes(message.statement);
                if (message.keyEnvelopeHash != null && $Object.hasOwnProperty.call(message, "keyEnvelopeHash") && message.keyEnvelopeHash.length)
                    writer.uint32(58).bytes(message.keyEnvelopeHash);
                if (message.complete != null && $Object.hasOwnProperty.call(message, "complete") && message.complete !== false)
                    writer.uint32(64).bool(message.complete);
                if (message.stationUtcUs != null && $Object.hasOwnProperty.call(message, "stationUtcUs") && (typeof message.stationUtcUs === "object" ? message.stationUtcUs.low || message.stationUtcUs.high : message.stationUtcUs !== 0))
                    writer.uint32(72).uint64(message.stationUtcUs);
                if (message.counter != null && $Object.hasOwnProperty.call(message, "counter") && (typeof message.counter === "object" ? message.counter.low || message.counter.high : message.counter !== 0))
                    writer.uint32(80).uint64(message.counter);
                if (message.previousReceipt != null && $Object.hasOwnProperty.call(message, "previousReceipt") && message.previousReceipt.length)
                    writer.uint32(90).bytes(message.previousReceipt);
                if (message.losses != null && message.losses.length)
                    for (let i = 0; i < message.losses.length; ++i)
                        writer.uint32(98).bytes(message.losses[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Receipt.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Receipt();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.certificate = value;
                            else
                                delete message.certificate;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.stationId = value;
                            else
                                delete message.stationId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.deviceId = value;
                            else
                                delete message.deviceId;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.recordingId = value;
                            else
                                delete message.recordingId;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.count = value;
                            else
                                delete message.count;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.statement = value;
                            else
                                delete message.statement;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.keyEnvelopeHash = value;
                            else
                                delete message.keyEnvelopeHash;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.complete = value;
                            else
                                delete message.complete;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.stationUtcUs = value;
                            else
                                delete message.stationUtcUs;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.counter = value;
                            else
                                delete message.counter;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.previousReceipt = value;
                            else
                                delete message.previousReceipt;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            if (!(message.losses && message.losses.length))
                                message.losses = [];
                            message.losses.push(reader.bytes());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Receipt.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Receipt)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Receipt: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Receipt();
                if (object.certificate != null)
                    if (object.certificate.length)
                        if (typeof object.certificate === "string")
                            $util.base64.decode(object.certificate, message.certificate = $util.newBuffer($util.base64.length(object.certificate)), 0);
                        else if (object.certificate.length >= 0)
                            message.certificate = object.certificate;
                if (object.stationId != null)
                    if (typeof object.stationId !== "string" || object.stationId.length)
                        message.stationId = $String(object.stationId);
                if (object.deviceId != null)
                    if (typeof object.deviceId !== "string" || object.deviceId.length)
                        message.deviceId = $String(object.deviceId);
                if (object.recordingId != null)
                    if (object.recordingId.length)
                        if (typeof object.recordingId === "string")
                            $util.base64.decode(object.recordingId, message.recordingId = $util.newBuffer($util.base64.length(object.recordingId)), 0);
                        else if (object.recordingId.length >= 0)
                            message.recordingId = object.recordingId;
                if (object.count != null)
                    if (typeof object.count === "object" ? object.count.low || object.count.high : $Number(object.count) !== 0)
                        if ($util.Long)
                            message.count = $util.Long.fromValue(object.count, true);
                        else if (typeof object.count === "string")
                            message.count = $parseInt(object.count, 10);
                        else if (typeof object.count === "number")
                            message.count = object.count;
                        else if (typeof object.count === "object")
                            message.count = new $util.LongBits(object.count.low >>> 0, object.count.high >>> 0).toNumber(true);
                if (object.statement != null)
                    if (object.statement.length)
                        if (typeof object.statement === "string")
                            $util.base64.decode(object.statement, message.statement = $util.newBuffer($util.base64.length(object.statement)), 0);
                        else if (object.statement.length >= 0)
                            message.statement = object.statement;
                if (object.keyEnvelopeHash != null)
                    if (object.keyEnvelopeHash.length)
                        if (typeof object.keyEnvelopeHash === "string")
                            $util.base64.decode(object.keyEnvelopeHash, message.keyEnvelopeHash = $util.newBuffer($util.base64.length(object.keyEnvelopeHash)), 0);
                        else if (object.keyEnvelopeHash.length >= 0)
                            message.keyEnvelopeHash = object.keyEnvelopeHash;
                if (object.complete != null)
                    if (object.complete)
                        message.complete = $Boolean(object.complete);
                if (object.stationUtcUs != null)
                    if (typeof object.stationUtcUs === "object" ? object.stationUtcUs.low || object.stationUtcUs.high : $Number(object.stationUtcUs) !== 0)
                        if ($util.Long)
                            message.stationUtcUs = $util.Long.fromValue(object.stationUtcUs, true);
                        else if (typeof object.stationUtcUs === "string")
                            message.stationUtcUs = $parseInt(object.stationUtcUs, 10);
                        else if (typeof object.stationUtcUs === "number")
                            message.stationUtcUs = object.stationUtcUs;
                        else if (typeof object.stationUtcUs === "object")
                            message.stationUtcUs = new $util.LongBits(object.stationUtcUs.low >>> 0, object.stationUtcUs.high >>> 0).toNumber(true);
                if (object.counter != null)
                    if (typeof object.counter === "object" ? object.counter.low || object.counter.high : $Number(object.counter) !== 0)
                        if ($util.Long)
                            message.counter = $util.Long.fromValue(object.counter, true);
                        else if (typeof object.counter === "string")
                            message.counter = $parseInt(object.counter, 10);
                        else if (typeof object.counter === "number")
                            message.counter = object.counter;
                        else if (typeof object.counter === "object")
                            message.counter = new $util.LongBits(object.counter.low >>> 0, object.counter.high >>> 0).toNumber(true);
                if (object.previousReceipt != null)
                    if (object.previousReceipt.length)
                        if (typeof object.previousReceipt === "string")
                            $util.base64.decode(object.previousReceipt, message.previousReceipt = $util.newBuffer($util.base64.length(object.previousReceipt)), 0);
                        else if (object.previousReceipt.length >= 0)
                            message.previousReceipt = object.previousReceipt;
                if (object.losses) {
                    if (!$Array.isArray(object.losses))
                        throw $TypeError(".sealcam.evidence.Receipt.losses: array expected");
                    message.losses = $Array(object.losses.length);
                    for (let i = 0; i < object.losses.length; ++i)
                        if (typeof object.losses[i] === "string")
                            $util.base64.decode(object.losses[i], message.losses[i] = $util.newBuffer($util.base64.length(object.losses[i])), 0);
                        else if (object.losses[i].length >= 0)
                            message.losses[i] = object.losses[i];
                }
                return message;
            };

            Receipt.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.losses = [];
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.certificate = "";
                    else {
                        object.certificate = [];
                        if (options.bytes !== $Array)
                            object.certificate = $util.newBuffer(object.certificate);
                    }
                    object.stationId = "";
                    object.deviceId = "";
                    if (options.bytes === $String)
                        object.recordingId = "";
                    else {
                        object.recordingId = [];
                        if (options.bytes !== $Array)
                            object.recordingId = $util.newBuffer(object.recordingId);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.count = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.count = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.statement = "";
                    else {
                        object.statement = [];
                        if (options.bytes !== $Array)
                            object.statement = $util.newBuffer(object.statement);
                    }
                    if (options.bytes === $String)
                        object.keyEnvelopeHash = "";
                    else {
                        object.keyEnvelopeHash = [];
                        if (options.bytes !== $Array)
                            object.keyEnvelopeHash = $util.newBuffer(object.keyEnvelopeHash);
                    }
                    object.complete = false;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.stationUtcUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.stationUtcUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.counter = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.counter = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.previousReceipt = "";
                    else {
                        object.previousReceipt = [];
                        if (options.bytes !== $Array)
                            object.previousReceipt = $util.newBuffer(object.previousReceipt);
                    }
                }
                if (message.certificate != null && $Object.hasOwnProperty.call(message, "certificate"))
                    object.certificate = options.bytes === $String ? $util.base64.encode(message.certificate, 0, message.certificate.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.certificate) : message.certificate;
                if (message.stationId != null && $Object.hasOwnProperty.call(message, "stationId"))
                    object.stationId = message.stationId;
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId"))
                    object.deviceId = message.deviceId;
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId"))
                    object.recordingId = options.bytes === $String ? $util.base64.encode(message.recordingId, 0, message.recordingId.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.recordingId) : message.recordingId;
                if (message.count != null && $Object.hasOwnProperty.call(message, "count"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.count = typeof message.count === "number" ? $BigInt(message.count) : $util.Long.fromBits(message.count.low >>> 0, message.count.high >>> 0, true).toBigInt();
                    else if (typeof message.count === "number")
                        object.count = options.longs === $String ? $String(message.count) : message.count;
                    else
                        object.count = options.longs === $String ? $util.Long.prototype.toString.call(message.count) : options.longs === $Number ? new $util.LongBits(message.count.low >>> 0, message.count.high >>> 0).toNumber(true) : message.count;
                if (message.statement != null && $Object.hasOwnProperty.call(message, "statement"))
                    object.statement = options.bytes === $String ? $util.base64.encode(message.statement, 0, message.statement.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.statement) : message.statement;
                if (message.keyEnvelopeHash != null && $Object.hasOwnProperty.call(message, "keyEnvelopeHash"))
                    object.keyEnvelopeHash = options.bytes === $String ? $util.base64.encode(message.keyEnvelopeHash, 0, message.keyEnvelopeHash.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.keyEnvelopeHash) : message.keyEnvelopeHash;
                if (message.complete != null && $Object.hasOwnProperty.call(message, "complete"))
                    object.complete = message.complete;
                if (message.stationUtcUs != null && $Object.hasOwnProperty.call(message, "stationUtcUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.stationUtcUs = typeof message.stationUtcUs === "number" ? $BigInt(message.stationUtcUs) : $util.Long.fromBits(message.stationUtcUs.low >>> 0, message.stationUtcUs.high >>> 0, true).toBigInt();
                    else if (typeof message.stationUtcUs === "number")
                        object.stationUtcUs = options.longs === $String ? $String(message.stationUtcUs) : message.stationUtcUs;
                    else
                        object.stationUtcUs = options.longs === $String ? $util.Long.prototype.toString.call(message.stationUtcUs) : options.longs === $Number ? new $util.LongBits(message.stationUtcUs.low >>> 0, message.stationUtcUs.high >>> 0).toNumber(true) : message.stationUtcUs;
                if (message.counter != null && $Object.hasOwnProperty.call(message, "counter"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.counter = typeof message.counter === "number" ? $BigInt(message.counter) : $util.Long.fromBits(message.counter.low >>> 0, message.counter.high >>> 0, true).toBigInt();
                    else if (typeof message.counter === "number")
                        object.counter = options.longs === $String ? $String(message.counter) : message.counter;
                    else
                        object.counter = options.longs === $String ? $util.Long.prototype.toString.call(message.counter) : options.longs === $Number ? new $util.LongBits(message.counter.low >>> 0, message.counter.high >>> 0).toNumber(true) : message.counter;
                if (message.previousReceipt != null && $Object.hasOwnProperty.call(message, "previousReceipt"))
                    object.previousReceipt = options.bytes === $String ? $util.base64.encode(message.previousReceipt, 0, message.previousReceipt.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.previousReceipt) : message.previousReceipt;
                if (message.losses && message.losses.length) {
                    object.losses = $Array(message.losses.length);
                    for (let j = 0; j < message.losses.length; ++j)
                        object.losses[j] = options.bytes === $String ? $util.base64.encode(message.losses[j], 0, message.losses[j].length) : options.bytes === $Array ? $Array.prototype.slice.call(message.losses[j]) : message.losses[j];
                }
                return object;
            };

            Receipt.prototype.toJSON = function() {
                return Receipt.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Receipt;
        })();

        evidence.Checkpoint = (function() {

            const Checkpoint = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Checkpoint.prototype.certificate = $util.newBuffer([]);
            Checkpoint.prototype.stationId = "";
            Checkpoint.prototype.counter = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Checkpoint.prototype.newestReceipt = $util.newBuffer([]);
            Checkpoint.prototype.stationUtcUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            Checkpoint.create = function(properties) {
                return new Checkpoint(properties);
            };

            Checkpoint.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.certificate != null && $Object.hasOwnProperty.call(message, "certificate") && message.certificate.length)
                    writer.uint32(10).bytes(message.certificate);
                if (message.stationId != null && $Object.hasOwnProperty.call(message, "stationId") && message.stationId !== "")
                    writer.uint32(18).string(message.stationId);
                if (message.counter != null && $Object.hasOwnProperty.call(message, "counter") && (typeof message.counter === "object" ? message.counter.low || message.counter.high : message.counter !== 0))
                    writer.uint32(24).uint64(message.counter);
                if (message.newestReceipt != null && $Object.hasOwnProperty.call(message, "newestReceipt") && message.newestReceipt.length)
                    writer.uint32(34).bytes(message.newestReceipt);
                if (message.stationUtcUs != null && $Object.hasOwnProperty.call(message, "stationUtcUs") && (typeof message.stationUtcUs === "object" ? message.stationUtcUs.low || message.stationUtcUs.high : message.stationUtcUs !== 0))
                    writer.uint32(40).uint64(message.stationUtcUs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Checkpoint.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Checkpoint();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.certificate = value;
                            else
                                delete message.certificate;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.stationId = value;
                            else
                                delete message.stationId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.counter = value;
                            else
                                delete message.counter;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.newestReceipt = value;
                            else
                                delete message.newestReceipt;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.stationUtcUs = value;
                            else
                                delete message.stationUtcUs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Checkpoint.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Checkpoint)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Checkpoint: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Checkpoint();
                if (object.certificate != null)
                    if (object.certificate.length)
                        if (typeof object.certificate === "string")
                            $util.base64.decode(object.certificate, message.certificate = $util.newBuffer($util.base64.length(object.certificate)), 0);
                        else if (object.certificate.length >= 0)
                            message.certificate = object.certificate;
                if (object.stationId != null)
                    if (typeof object.stationId !== "string" || object.stationId.length)
                        message.stationId = $String(object.stationId);
                if (object.counter != null)
                    if (typeof object.counter === "object" ? object.counter.low || object.counter.high : $Number(object.counter) !== 0)
                        if ($util.Long)
                            message.counter = $util.Long.fromValue(object.counter, true);
                        else if (typeof object.counter === "string")
                            message.counter = $parseInt(object.counter, 10);
                        else if (typeof object.counter === "number")
                            message.counter = object.counter;
                        else if (typeof object.counter === "object")
                            message.counter = new $util.LongBits(object.counter.low >>> 0, object.counter.high >>> 0).toNumber(true);
                if (object.newestReceipt != null)
                    if (object.newestReceipt.length)
                        if (typeof object.newestReceipt === "string")
                            $util.base64.decode(object.newestReceipt, message.newestReceipt = $util.newBuffer($util.base64.length(object.newestReceipt)), 0);
                        else if (object.newestReceipt.length >= 0)
                            message.newestReceipt = object.newestReceipt;
                if (object.stationUtcUs != null)
                    if (typeof object.stationUtcUs === "object" ? object.stationUtcUs.low || object.stationUtcUs.high : $Number(object.stationUtcUs) !== 0)
                        if ($util.Long)
                            message.stationUtcUs = $util.Long.fromValue(object.stationUtcUs, true);
                        else if (typeof object.stationUtcUs === "string")
                            message.stationUtcUs = $parseInt(object.stationUtcUs, 10);
                        else if (typeof object.stationUtcUs === "number")
                            message.stationUtcUs = object.stationUtcUs;
                        else if (typeof object.stationUtcUs === "object")
                            message.stationUtcUs = new $util.LongBits(object.stationUtcUs.low >>> 0, object.stationUtcUs.high >>> 0).toNumber(true);
                return message;
            };

            Checkpoint.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.certificate = "";
                    else {
                        object.certificate = [];
                        if (options.bytes !== $Array)
                            object.certificate = $util.newBuffer(object.certificate);
                    }
                    object.stationId = "";
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.counter = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.counter = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.newestReceipt = "";
                    else {
                        object.newestReceipt = [];
                        if (options.bytes !== $Array)
                            object.newestReceipt = $util.newBuffer(object.newestReceipt);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.stationUtcUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.stationUtcUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                }
                if (message.certificate != null && $Object.hasOwnProperty.call(message, "certificate"))
                    object.certificate = options.bytes === $String ? $util.base64.encode(message.certificate, 0, message.certificate.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.certificate) : message.certificate;
                if (message.stationId != null && $Object.hasOwnProperty.call(message, "stationId"))
                    object.stationId = message.stationId;
                if (message.counter != null && $Object.hasOwnProperty.call(message, "counter"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.counter = typeof message.counter === "number" ? $BigInt(message.counter) : $util.Long.fromBits(message.counter.low >>> 0, message.counter.high >>> 0, true).toBigInt();
                    else if (typeof message.counter === "number")
                        object.counter = options.longs === $String ? $String(message.counter) : message.counter;
                    else
                        object.counter = options.longs === $String ? $util.Long.prototype.toString.call(message.counter) : options.longs === $Number ? new $util.LongBits(message.counter.low >>> 0, message.counter.high >>> 0).toNumber(true) : message.counter;
                if (message.newestReceipt != null && $Object.hasOwnProperty.call(message, "newestReceipt"))
                    object.newestReceipt = options.bytes === $String ? $util.base64.encode(message.newestReceipt, 0, message.newestReceipt.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.newestReceipt) : message.newestReceipt;
                if (message.stationUtcUs != null && $Object.hasOwnProperty.call(message, "stationUtcUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.stationUtcUs = typeof message.stationUtcUs === "number" ? $BigInt(message.stationUtcUs) : $util.Long.fromBits(message.stationUtcUs.low >>> 0, message.stationUtcUs.high >>> 0, true).toBigInt();
                    else if (typeof message.stationUtcUs === "number")
                        object.stationUtcUs = options.longs === $String ? $String(message.stationUtcUs) : message.stationUtcUs;
                    else
                        object.stationUtcUs = options.longs === $String ? $util.Long.prototype.toString.call(message.stationUtcUs) : options.longs === $Number ? new $util.LongBits(message.stationUtcUs.low >>> 0, message.stationUtcUs.high >>> 0).toNumber(true) : message.stationUtcUs;
                return object;
            };

            Checkpoint.prototype.toJSON = function() {
                return Checkpoint.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Checkpoint;
        })();

        evidence.Command = (function() {

            const Command = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Command.prototype.certificate = $util.newBuffer([]);
            Command.prototype.session = $util.newBuffer([]);
            Command.prototype.counter = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Command.prototype.action = 0;
            Command.prototype.head = $util.newBuffer([]);
            Command.prototype.validS = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Command.prototype.argument = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            Command.create = function(properties) {
                return new Command(properties);
            };

            Command.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.certificate != null && $Object.hasOwnProperty.call(message, "certificate") && message.certificate.length)
                    writer.uint32(10).bytes(message.certificate);
                if (message.session != null && $Object.hasOwnProperty.call(message, "session") && message.session.length)
                    writer.uint32(18).bytes(message.session);
                if (message.counter != null && $Object.hasOwnProperty.call(message, "counter") && (typeof message.counter === "object" ? message.counter.low || message.counter.high : message.counter !== 0))
                    writer.uint32(24).uint64(message.counter);
                if (message.action != null && $Object.hasOwnProperty.call(message, "action") && message.action !== 0)
                    writer.uint32(32).int32(message.action);
                if (message.head != null && $Object.hasOwnProperty.call(message, "head") && message.head.length)
                    writer.uint32(42).bytes(message.head);
                if (message.validS != null && $Object.hasOwnProperty.call(message, "validS") && (typeof message.validS === "object" ? message.validS.low || message.validS.high : message.validS !== 0))
                    writer.uint32(48).uint64(message.validS);
                if (message.argument != null && $Object.hasOwnProperty.call(message, "argument") && (typeof message.argument === "object" ? message.argument.low || message.argument.high : message.argument !== 0))
                    writer.uint32(56).uint64(message.argument);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Command.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Command();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.certificate = value;
                            else
                                delete message.certificate;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.session = value;
                            else
                                delete message.session;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.counter = value;
                            else
                                delete message.counter;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.action = value;
                            else
                                delete message.action;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.head = value;
                            else
                                delete message.head;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.validS = value;
                            else
                                delete message.validS;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.argument = value;
                            else
                                delete message.argument;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Command.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Command)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Command: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Command();
                if (object.certificate != null)
                    if (object.certificate.length)
                        if (typeof object.certificate === "string")
                            $util.base64.decode(object.certificate, message.certificate = $util.newBuffer($util.base64.length(object.certificate)), 0);
                        else if (object.certificate.length >= 0)
                            message.certificate = object.certificate;
                if (object.session != null)
                    if (object.session.length)
                        if (typeof object.session === "string")
                            $util.base64.decode(object.session, message.session = $util.newBuffer($util.base64.length(object.session)), 0);
                        else if (object.session.length >= 0)
                            message.session = object.session;
                if (object.counter != null)
                    if (typeof object.counter === "object" ? object.counter.low || object.counter.high : $Number(object.counter) !== 0)
                        if ($util.Long)
                            message.counter = $util.Long.fromValue(object.counter, true);
                        else if (typeof object.counter === "string")
                            message.counter = $parseInt(object.counter, 10);
                        else if (typeof object.counter === "number")
                            message.counter = object.counter;
                        else if (typeof object.counter === "object")
                            message.counter = new $util.LongBits(object.counter.low >>> 0, object.counter.high >>> 0).toNumber(true);
                if (object.action !== 0 && (typeof object.action !== "string" || $root.sealcam.evidence.CommandAction[object.action] !== 0))
                    switch (object.action) {
                    case "COMMAND_UNSPECIFIED":
                    case 0:
                        message.action = 0;
                        break;
                    case "COMMAND_START":
                    case 1:
                        message.action = 1;
                        break;
                    case "COMMAND_STOP":
                    case 2:
                        message.action = 2;
                        break;
                    case "COMMAND_BOOKMARK":
                    case 3:
                        message.action = 3;
                        break;
                    case "COMMAND_BITRATE":
                    case 4:
                        message.action = 4;
                        break;
                    case "COMMAND_RENEW_CERTIFICATE":
                    case 5:
                        message.action = 5;
                        break;
                    case "COMMAND_REBOOT":
                    case 6:
                        message.action = 6;
                        break;
                    default:
                        if (typeof object.action === "number" && (object.action | 0) === object.action)
                            message.action = object.action;
                    }
                if (object.head != null)
                    if (object.head.length)
                        if (typeof object.head === "string")
                            $util.base64.decode(object.head, message.head = $util.newBuffer($util.base64.length(object.head)), 0);
                        else if (object.head.length >= 0)
                            message.head = object.head;
                if (object.validS != null)
                    if (typeof object.validS === "object" ? object.validS.low || object.validS.high : $Number(object.validS) !== 0)
                        if ($util.Long)
                            message.validS = $util.Long.fromValue(object.validS, true);
                        else if (typeof object.validS === "string")
                            message.validS = $parseInt(object.validS, 10);
                        else if (typeof object.validS === "number")
                            message.validS = object.validS;
                        else if (typeof object.validS === "object")
                            message.validS = new $util.LongBits(object.validS.low >>> 0, object.validS.high >>> 0).toNumber(true);
                if (object.argument != null)
                    if (typeof object.argument === "object" ? object.argument.low || object.argument.high : $Number(object.argument) !== 0)
                        if ($util.Long)
                            message.argument = $util.Long.fromValue(object.argument, true);
                        else if (typeof object.argument === "string")
                            message.argument = $parseInt(object.argument, 10);
                        else if (typeof object.argument === "number")
                            message.argument = object.argument;
                        else if (typeof object.argument === "object")
                            message.argument = new $util.LongBits(object.argument.low >>> 0, object.argument.high >>> 0).toNumber(true);
                return message;
            };

            Command.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.certificate = "";
                    else {
                        object.certificate = [];
                        if (options.bytes !== $Array)
                            object.certificate = $util.newBuffer(object.certificate);
                    }
                    if (options.bytes === $String)
                        object.session = "";
                    else {
                        object.session = [];
                        if (options.bytes !== $Array)
                            object.session = $util.newBuffer(object.session);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.counter = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.counter = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.action = options.enums === $String ? "COMMAND_UNSPECIFIED" : 0;
                    if (options.bytes === $String)
                        object.head = "";
                    else {
                        object.head = [];
                        if (options.bytes !== $Array)
                            object.head = $util.newBuffer(object.head);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.validS = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.validS = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.argument = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.argument = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                }
                if (message.certificate != null && $Object.hasOwnProperty.call(message, "certificate"))
                    object.certificate = options.bytes === $String ? $util.base64.encode(message.certificate, 0, message.certificate.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.certificate) : message.certificate;
                if (message.session != null && $Object.hasOwnProperty.call(message, "session"))
                    object.session = options.bytes === $String ? $util.base64.encode(message.session, 0, message.session.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.session) : message.session;
                if (message.counter != null && $Object.hasOwnProperty.call(message, "counter"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.counter = typeof message.counter === "number" ? $BigInt(message.counter) : $util.Long.fromBits(message.counter.low >>> 0, message.counter.high >>> 0, true).toBigInt();
                    else if (typeof message.counter === "number")
                        object.counter = options.longs === $String ? $String(message.counter) : message.counter;
                    else
                        object.counter = options.longs === $String ? $util.Long.prototype.toString.call(message.counter) : options.longs === $Number ? new $util.LongBits(message.counter.low >>> 0, message.counter.high >>> 0).toNumber(true) : message.counter;
                if (message.action != null && $Object.hasOwnProperty.call(message, "action"))
                    object.action = options.enums === $String ? $root.sealcam.evidence.CommandAction[message.action] === $undefined ? message.action : $root.sealcam.evidence.CommandAction[message.action] : message.action;
                if (message.head != null && $Object.hasOwnProperty.call(message, "head"))
                    object.head = options.bytes === $String ? $util.base64.encode(message.head, 0, message.head.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.head) : message.head;
                if (message.validS != null && $Object.hasOwnProperty.call(message, "validS"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.validS = typeof message.validS === "number" ? $BigInt(message.validS) : $util.Long.fromBits(message.validS.low >>> 0, message.validS.high >>> 0, true).toBigInt();
                    else if (typeof message.validS === "number")
                        object.validS = options.longs === $String ? $String(message.validS) : message.validS;
                    else
                        object.validS = options.longs === $String ? $util.Long.prototype.toString.call(message.validS) : options.longs === $Number ? new $util.LongBits(message.validS.low >>> 0, message.validS.high >>> 0).toNumber(true) : message.validS;
                if (message.argument != null && $Object.hasOwnProperty.call(message, "argument"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.argument = typeof message.argument === "number" ? $BigInt(message.argument) : $util.Long.fromBits(message.argument.low >>> 0, message.argument.high >>> 0, true).toBigInt();
                    else if (typeof message.argument === "number")
                        object.argument = options.longs === $String ? $String(message.argument) : message.argument;
                    else
                        object.argument = options.longs === $String ? $util.Long.prototype.toString.call(message.argument) : options.longs === $Number ? new $util.LongBits(message.argument.low >>> 0, message.argument.high >>> 0).toNumber(true) : message.argument;
                return object;
            };

            Command.prototype.toJSON = function() {
                return Command.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Command;
        })();

        evidence.CommandAction = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "COMMAND_UNSPECIFIED"] = 0;
            values[valuesById[1] = "COMMAND_START"] = 1;
            values[valuesById[2] = "COMMAND_STOP"] = 2;
            values[valuesById[3] = "COMMAND_BOOKMARK"] = 3;
            values[valuesById[4] = "COMMAND_BITRATE"] = 4;
            values[valuesById[5] = "COMMAND_RENEW_CERTIFICATE"] = 5;
            values[valuesById[6] = "COMMAND_REBOOT"] = 6;
            return values;
        })();

        evidence.Deletion = (function() {

            const Deletion = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Deletion.prototype.certificate = $util.newBuffer([]);
            Deletion.prototype.deviceId = "";
            Deletion.prototype.recordingId = $util.newBuffer([]);
            Deletion.prototype.recordingNumber = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Deletion.prototype.closing = $util.newBuffer([]);
            Deletion.prototype.keyEnvelopeHash = $util.newBuffer([]);
            Deletion.prototype.reason = "";
            Deletion.prototype.utcUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            Deletion.create = function(properties) {
                return new Deletion(properties);
            };

            Deletion.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.certificate != null && $Object.hasOwnProperty.call(message, "certificate") && message.certificate.length)
                    writer.uint32(10).bytes(message.certificate);
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId") && message.deviceId !== "")
                    writer.uint32(18).string(message.deviceId);
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId") && message.recordingId.length)
                    writer.uint32(26).bytes(message.recordingId);
                if (message.recordingNumber != null && $Object.hasOwnProperty.call(message, "recordingNumber") && (typeof message.recordingNumber === "object" ? message.recordingNumber.low || message.recordingNumber.high : message.recordingNumber !== 0))
                    writer.uint32(32).uint64(message.recordingNumber);
                if (message.closing != null && $Object.hasOwnProperty.call(message, "closing") && message.closing.length)
                    writer.uint32(42).bytes(message.closing);
                if (message.keyEnvelopeHash != null && $Object.hasOwnProperty.call(message, "keyEnvelopeHash") && message.keyEnvelopeHash.length)
                    writer.uint32(50).bytes(message.keyEnvelopeHash);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(58).string(message.reason);
                if (message.utcUs != null && $Object.hasOwnProperty.call(message, "utcUs") && (typeof message.utcUs === "object" ? message.utcUs.low || message.utcUs.high : message.utcUs !== 0))
                    writer.uint32(64).uint64(message.utcUs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Deletion.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Deletion();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.certificate = value;
                            else
                                delete message.certificate;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.deviceId = value;
                            else
                                delete message.deviceId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.recordingId = value;
                            else
                                delete message.recordingId;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.recordingNumber = value;
                            else
                                delete message.recordingNumber;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.closing = value;
                            else
                                delete message.closing;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.keyEnvelopeHash = value;
                            else
                                delete message.keyEnvelopeHash;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.utcUs = value;
                            else
                                delete message.utcUs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Deletion.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Deletion)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Deletion: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Deletion();
                if (object.certificate != null)
                    if (object.certificate.length)
                        if (typeof object.certificate === "string")
                            $util.base64.decode(object.certificate, message.certificate = $util.newBuffer($util.base64.length(object.certificate)), 0);
                        else if (object.certificate.length >= 0)
                            message.certificate = object.certificate;
                if (object.deviceId != null)
                    if (typeof object.deviceId !== "string" || object.deviceId.length)
                        message.deviceId = $String(object.deviceId);
                if (object.recordingId != null)
                    if (object.recordingId.length)
                        if (typeof object.recordingId === "string")
                            $util.base64.decode(object.recordingId, message.recordingId = $util.newBuffer($util.base64.length(object.recordingId)), 0);
                        else if (object.recordingId.length >= 0)
                            message.recordingId = object.recordingId;
                if (object.recordingNumber != null)
                    if (typeof object.recordingNumber === "object" ? object.recordingNumber.low || object.recordingNumber.high : $Number(object.recordingNumber) !== 0)
                        if ($util.Long)
                            message.recordingNumber = $util.Long.fromValue(object.recordingNumber, true);
                        else if (typeof object.recordingNumber === "string")
                            message.recordingNumber = $parseInt(object.recordingNumber, 10);
                        else if (typeof object.recordingNumber === "number")
                            message.recordingNumber = object.recordingNumber;
                        else if (typeof object.recordingNumber === "object")
                            message.recordingNumber = new $util.LongBits(object.recordingNumber.low >>> 0, object.recordingNumber.high >>> 0).toNumber(true);
                if (object.closing != null)
                    if (object.closing.length)
                        if (typeof object.closing === "string")
                            $util.base64.decode(object.closing, message.closing = $util.newBuffer($util.base64.length(object.closing)), 0);
                        else if (object.closing.length >= 0)
                            message.closing = object.closing;
                if (object.keyEnvelopeHash != null)
                    if (object.keyEnvelopeHash.length)
                        if (typeof object.keyEnvelopeHash === "string")
                            $util.base64.decode(object.keyEnvelopeHash, message.keyEnvelopeHash = $util.newBuffer($util.base64.length(object.keyEnvelopeHash)), 0);
                        else if (object.keyEnvelopeHash.length >= 0)
                            message.keyEnvelopeHash = object.keyEnvelopeHash;
                if (object.reason != null)
                    if (typeof object.reason !== "string" || object.reason.length)
                        message.reason = $String(object.reason);
                if (object.utcUs != null)
                    if (typeof object.utcUs === "object" ? object.utcUs.low || object.utcUs.high : $Number(object.utcUs) !== 0)
                        if ($util.Long)
                            message.utcUs = $util.Long.fromValue(object.utcUs, true);
                        else if (typeof object.utcUs === "string")
                            message.utcUs = $parseInt(object.utcUs, 10);
                        else if (typeof object.utcUs === "number")
                            message.utcUs = object.utcUs;
                        else if (typeof object.utcUs === "object")
                            message.utcUs = new $util.LongBits(object.utcUs.low >>> 0, object.utcUs.high >>> 0).toNumber(true);
                return message;
            };

            Deletion.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.certificate = "";
                    else {
                        object.certificate = [];
                        if (options.bytes !== $Array)
                            object.certificate = $util.newBuffer(object.certificate);
                    }
                    object.deviceId = "";
                    if (options.bytes === $String)
                        object.recordingId = "";
                    else {
                        object.recordingId = [];
                        if (options.bytes !== $Array)
                            object.recordingId = $util.newBuffer(object.recordingId);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.recordingNumber = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.recordingNumber = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.closing = "";
                    else {
                        object.closing = [];
                        if (options.bytes !== $Array)
                            object.closing = $util.newBuffer(object.closing);
                    }
                    if (options.bytes === $String)
                        object.keyEnvelopeHash = "";
                    else {
                        object.keyEnvelopeHash = [];
                        if (options.bytes !== $Array)
                            object.keyEnvelopeHash = $util.newBuffer(object.keyEnvelopeHash);
                    }
                    object.reason = "";
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.utcUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.utcUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                }
                if (message.certificate != null && $Object.hasOwnProperty.call(message, "certificate"))
                    object.certificate = options.bytes === $String ? $util.base64.encode(message.certificate, 0, message.certificate.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.certificate) : message.certificate;
                if (message.deviceId != null && $Object.hasOwnProperty.call(message, "deviceId"))
                    object.deviceId = message.deviceId;
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId"))
                    object.recordingId = options.bytes === $String ? $util.base64.encode(message.recordingId, 0, message.recordingId.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.recordingId) : message.recordingId;
                if (message.recordingNumber != null && $Object.hasOwnProperty.call(message, "recordingNumber"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.recordingNumber = typeof message.recordingNumber === "number" ? $BigInt(message.recordingNumber) : $util.Long.fromBits(message.recordingNumber.low >>> 0, message.recordingNumber.high >>> 0, true).toBigInt();
                    else if (typeof message.recordingNumber === "number")
                        object.recordingNumber = options.longs === $String ? $String(message.recordingNumber) : message.recordingNumber;
                    else
                        object.recordingNumber = options.longs === $String ? $util.Long.prototype.toString.call(message.recordingNumber) : options.longs === $Number ? new $util.LongBits(message.recordingNumber.low >>> 0, message.recordingNumber.high >>> 0).toNumber(true) : message.recordingNumber;
                if (message.closing != null && $Object.hasOwnProperty.call(message, "closing"))
                    object.closing = options.bytes === $String ? $util.base64.encode(message.closing, 0, message.closing.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.closing) : message.closing;
                if (message.keyEnvelopeHash != null && $Object.hasOwnProperty.call(message, "keyEnvelopeHash"))
                    object.keyEnvelopeHash = options.bytes === $String ? $util.base64.encode(message.keyEnvelopeHash, 0, message.keyEnvelopeHash.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.keyEnvelopeHash) : message.keyEnvelopeHash;
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
                    object.reason = message.reason;
                if (message.utcUs != null && $Object.hasOwnProperty.call(message, "utcUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.utcUs = typeof message.utcUs === "number" ? $BigInt(message.utcUs) : $util.Long.fromBits(message.utcUs.low >>> 0, message.utcUs.high >>> 0, true).toBigInt();
                    else if (typeof message.utcUs === "number")
                        object.utcUs = options.longs === $String ? $String(message.utcUs) : message.utcUs;
                    else
                        object.utcUs = options.longs === $String ? $util.Long.prototype.toString.call(message.utcUs) : options.longs === $Number ? new $util.LongBits(message.utcUs.low >>> 0, message.utcUs.high >>> 0).toNumber(true) : message.utcUs;
                return object;
            };

            Deletion.prototype.toJSON = function() {
                return Deletion.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Deletion;
        })();

        evidence.Roster = (function() {

            const Roster = function (properties) {
                this.roles = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Roster.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Roster.prototype.roles = $util.emptyArray;

            Roster.create = function(properties) {
                return new Roster(properties);
            };

            Roster.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                    writer.uint32(8).uint64(message.version);
                if (message.roles != null && message.roles.length)
                    for (let i = 0; i < message.roles.length; ++i)
                        $root.sealcam.evidence.Role.encode(message.roles[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Roster.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Roster();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.version = value;
                            else
                                delete message.version;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.roles && message.roles.length))
                                message.roles = [];
                            message.roles.push($root.sealcam.evidence.Role.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Roster.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Roster)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Roster: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Roster();
                if (object.version != null)
                    if (typeof object.version === "object" ? object.version.low || object.version.high : $Number(object.version) !== 0)
                        if ($util.Long)
                            message.version = $util.Long.fromValue(object.version, true);
                        else if (typeof object.version === "string")
                            message.version = $parseInt(object.version, 10);
                        else if (typeof object.version === "number")
                            message.version = object.version;
                        else if (typeof object.version === "object")
                            message.version = new $util.LongBits(object.version.low >>> 0, object.version.high >>> 0).toNumber(true);
                if (object.roles) {
                    if (!$Array.isArray(object.roles))
                        throw $TypeError(".sealcam.evidence.Roster.roles: array expected");
                    message.roles = $Array(object.roles.length);
                    for (let i = 0; i < object.roles.length; ++i) {
                        if (!$util.isObject(object.roles[i]))
                            throw $TypeError(".sealcam.evidence.Roster.roles: object expected");
                        message.roles[i] = $root.sealcam.evidence.Role.fromObject(object.roles[i], _depth + 1);
                    }
                }
                return message;
            };

            Roster.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.roles = [];
                if (options.defaults)
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.version = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.version = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                if (message.version != null && $Object.hasOwnProperty.call(message, "version"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.version = typeof message.version === "number" ? $BigInt(message.version) : $util.Long.fromBits(message.version.low >>> 0, message.version.high >>> 0, true).toBigInt();
                    else if (typeof message.version === "number")
                        object.version = options.longs === $String ? $String(message.version) : message.version;
                    else
                        object.version = options.longs === $String ? $util.Long.prototype.toString.call(message.version) : options.longs === $Number ? new $util.LongBits(message.version.low >>> 0, message.version.high >>> 0).toNumber(true) : message.version;
                if (message.roles && message.roles.length) {
                    object.roles = $Array(message.roles.length);
                    for (let j = 0; j < message.roles.length; ++j)
                        object.roles[j] = $root.sealcam.evidence.Role.toObject(message.roles[j], options, _depth + 1);
                }
                return object;
            };

            Roster.prototype.toJSON = function() {
                return Roster.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Roster;
        })();

        evidence.Role = (function() {

            const Role = function (properties) {
                this.recipients = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Role.prototype.name = "";
            Role.prototype.recipients = $util.emptyArray;

            Role.create = function(properties) {
                return new Role(properties);
            };

            Role.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(10).string(message.name);
                if (message.recipients != null && message.recipients.length)
                    for (let i = 0; i < message.recipients.length; ++i)
                        $root.sealcam.evidence.Recipient.encode(message.recipients[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Role.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Role();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.recipients && message.recipients.length))
                                message.recipients = [];
                            message.recipients.push($root.sealcam.evidence.Recipient.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Role.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Role)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Role: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Role();
                if (object.name != null)
                    if (typeof object.name !== "string" || object.name.length)
                        message.name = $String(object.name);
                if (object.recipients) {
                    if (!$Array.isArray(object.recipients))
                        throw $TypeError(".sealcam.evidence.Role.recipients: array expected");
                    message.recipients = $Array(object.recipients.length);
                    for (let i = 0; i < object.recipients.length; ++i) {
                        if (!$util.isObject(object.recipients[i]))
                            throw $TypeError(".sealcam.evidence.Role.recipients: object expected");
                        message.recipients[i] = $root.sealcam.evidence.Recipient.fromObject(object.recipients[i], _depth + 1);
                    }
                }
                return message;
            };

            Role.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.recipients = [];
                if (options.defaults)
                    object.name = "";
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    object.name = message.name;
                if (message.recipients && message.recipients.length) {
                    object.recipients = $Array(message.recipients.length);
                    for (let j = 0; j < message.recipients.length; ++j)
                        object.recipients[j] = $root.sealcam.evidence.Recipient.toObject(message.recipients[j], options, _depth + 1);
                }
                return object;
            };

            Role.prototype.toJSON = function() {
                return Role.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Role;
        })();

        evidence.Recipient = (function() {

            const Recipient = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Recipient.prototype.label = "";
            Recipient.prototype.publicKey = $util.newBuffer([]);

            Recipient.create = function(properties) {
                return new Recipient(properties);
            };

            Recipient.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.label != null && $Object.hasOwnProperty.call(message, "label") && message.label !== "")
                    writer.uint32(10).string(message.label);
                if (message.publicKey != null && $Object.hasOwnProperty.call(message, "publicKey") && message.publicKey.length)
                    writer.uint32(18).bytes(message.publicKey);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Recipient.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Recipient();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.label = value;
                            else
                                delete message.label;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.publicKey = value;
                            else
                                delete message.publicKey;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Recipient.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Recipient)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Recipient: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Recipient();
                if (object.label != null)
                    if (typeof object.label !== "string" || object.label.length)
                        message.label = $String(object.label);
                if (object.publicKey != null)
                    if (object.publicKey.length)
                        if (typeof object.publicKey === "string")
                            $util.base64.decode(object.publicKey, message.publicKey = $util.newBuffer($util.base64.length(object.publicKey)), 0);
                        else if (object.publicKey.length >= 0)
                            message.publicKey = object.publicKey;
                return message;
            };

            Recipient.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.label = "";
                    if (options.bytes === $String)
                        object.publicKey = "";
                    else {
                        object.publicKey = [];
                        if (options.bytes !== $Array)
                            object.publicKey = $util.newBuffer(object.publicKey);
                    }
                }
                if (message.label != null && $Object.hasOwnProperty.call(message, "label"))
                    object.label = message.label;
                if (message.publicKey != null && $Object.hasOwnProperty.call(message, "publicKey"))
                    object.publicKey = options.bytes === $String ? $util.base64.encode(message.publicKey, 0, message.publicKey.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.publicKey) : message.publicKey;
                return object;
            };

            Recipient.prototype.toJSON = function() {
                return Recipient.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Recipient;
        })();

        evidence.Revocation = (function() {

            const Revocation = function (properties) {
                this.certificates = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Revocation.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Revocation.prototype.certificates = $util.emptyArray;
            Revocation.prototype.issuedUtcUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            Revocation.create = function(properties) {
                return new Revocation(properties);
            };

            Revocation.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                    writer.uint32(8).uint64(message.version);
                if (message.certificates != null && message.certificates.length)
                    for (let i = 0; i < message.certificates.length; ++i)
                        $root.sealcam.evidence.RevokedCertificate.encode(message.certificates[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.issuedUtcUs != null && $Object.hasOwnProperty.call(message, "issuedUtcUs") && (typeof message.issuedUtcUs === "object" ? message.issuedUtcUs.low || message.issuedUtcUs.high : message.issuedUtcUs !== 0))
                    writer.uint32(24).uint64(message.issuedUtcUs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Revocation.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Revocation();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.version = value;
                            else
                                delete message.version;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.certificates && message.certificates.length))
                                message.certificates = [];
                            message.certificates.push($root.sealcam.evidence.RevokedCertificate.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.issuedUtcUs = value;
                            else
                                delete message.issuedUtcUs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Revocation.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Revocation)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Revocation: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Revocation();
                if (object.version != null)
                    if (typeof object.version === "object" ? object.version.low || object.version.high : $Number(object.version) !== 0)
                        if ($util.Long)
                            message.version = $util.Long.fromValue(object.version, true);
                        else if (typeof object.version === "string")
                            message.version = $parseInt(object.version, 10);
                        else if (typeof object.version === "number")
                            message.version = object.version;
                        else if (typeof object.version === "object")
                            message.version = new $util.LongBits(object.version.low >>> 0, object.version.high >>> 0).toNumber(true);
                if (object.certificates) {
                    if (!$Array.isArray(object.certificates))
                        throw $TypeError(".sealcam.evidence.Revocation.certificates: array expected");
                    message.certificates = $Array(object.certificates.length);
                    for (let i = 0; i < object.certificates.length; ++i) {
                        if (!$util.isObject(object.certificates[i]))
                            throw $TypeError(".sealcam.evidence.Revocation.certificates: object expected");
                        message.certificates[i] = $root.sealcam.evidence.RevokedCertificate.fromObject(object.certificates[i], _depth + 1);
                    }
                }
                if (object.issuedUtcUs != null)
                    if (typeof object.issuedUtcUs === "object" ? object.issuedUtcUs.low || object.issuedUtcUs.high : $Number(object.issuedUtcUs) !== 0)
                        if ($util.Long)
                            message.issuedUtcUs = $util.Long.fromValue(object.issuedUtcUs, true);
                        else if (typeof object.issuedUtcUs === "string")
                            message.issuedUtcUs = $parseInt(object.issuedUtcUs, 10);
                        else if (typeof object.issuedUtcUs === "number")
                            message.issuedUtcUs = object.issuedUtcUs;
                        else if (typeof object.issuedUtcUs === "object")
                            message.issuedUtcUs = new $util.LongBits(object.issuedUtcUs.low >>> 0, object.issuedUtcUs.high >>> 0).toNumber(true);
                return message;
            };

            Revocation.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.certificates = [];
                if (options.defaults) {
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.version = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.version = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.issuedUtcUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.issuedUtcUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                }
                if (message.version != null && $Object.hasOwnProperty.call(message, "version"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.version = typeof message.version === "number" ? $BigInt(message.version) : $util.Long.fromBits(message.version.low >>> 0, message.version.high >>> 0, true).toBigInt();
                    else if (typeof message.version === "number")
                        object.version = options.longs === $String ? $String(message.version) : message.version;
                    else
                        object.version = options.longs === $String ? $util.Long.prototype.toString.call(message.version) : options.longs === $Number ? new $util.LongBits(message.version.low >>> 0, message.version.high >>> 0).toNumber(true) : message.version;
                if (message.certificates && message.certificates.length) {
                    object.certificates = $Array(message.certificates.length);
                    for (let j = 0; j < message.certificates.length; ++j)
                        object.certificates[j] = $root.sealcam.evidence.RevokedCertificate.toObject(message.certificates[j], options, _depth + 1);
                }
                if (message.issuedUtcUs != null && $Object.hasOwnProperty.call(message, "issuedUtcUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.issuedUtcUs = typeof message.issuedUtcUs === "number" ? $BigInt(message.issuedUtcUs) : $util.Long.fromBits(message.issuedUtcUs.low >>> 0, message.issuedUtcUs.high >>> 0, true).toBigInt();
                    else if (typeof message.issuedUtcUs === "number")
                        object.issuedUtcUs = options.longs === $String ? $String(message.issuedUtcUs) : message.issuedUtcUs;
                    else
                        object.issuedUtcUs = options.longs === $String ? $util.Long.prototype.toString.call(message.issuedUtcUs) : options.longs === $Number ? new $util.LongBits(message.issuedUtcUs.low >>> 0, message.issuedUtcUs.high >>> 0).toNumber(true) : message.issuedUtcUs;
                return object;
            };

            Revocation.prototype.toJSON = function() {
                return Revocation.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Revocation;
        })();

        evidence.RevokedCertificate = (function() {

            const RevokedCertificate = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            RevokedCertificate.prototype.keyId = $util.newBuffer([]);
            RevokedCertificate.prototype.fromUtcUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            RevokedCertificate.create = function(properties) {
                return new RevokedCertificate(properties);
            };

            RevokedCertificate.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.keyId != null && $Object.hasOwnProperty.call(message, "keyId") && message.keyId.length)
                    writer.uint32(10).bytes(message.keyId);
                if (message.fromUtcUs != null && $Object.hasOwnProperty.call(message, "fromUtcUs") && (typeof message.fromUtcUs === "object" ? message.fromUtcUs.low || message.fromUtcUs.high : message.fromUtcUs !== 0))
                    writer.uint32(16).uint64(message.fromUtcUs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            RevokedCertificate.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.RevokedCertificate();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.keyId = value;
                            else
                                delete message.keyId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.fromUtcUs = value;
                            else
                                delete message.fromUtcUs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            RevokedCertificate.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.RevokedCertificate)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.RevokedCertificate: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.RevokedCertificate();
                if (object.keyId != null)
                    if (object.keyId.length)
                        if (typeof object.keyId === "string")
                            $util.base64.decode(object.keyId, message.keyId = $util.newBuffer($util.base64.length(object.keyId)), 0);
                        else if (object.keyId.length >= 0)
                            message.keyId = object.keyId;
                if (object.fromUtcUs != null)
                    if (typeof object.fromUtcUs === "object" ? object.fromUtcUs.low || object.fromUtcUs.high : $Number(object.fromUtcUs) !== 0)
                        if ($util.Long)
                            message.fromUtcUs = $util.Long.fromValue(object.fromUtcUs, true);
                        else if (typeof object.fromUtcUs === "string")
                            message.fromUtcUs = $parseInt(object.fromUtcUs, 10);
                        else if (typeof object.fromUtcUs === "number")
                            message.fromUtcUs = object.fromUtcUs;
                        else if (typeof object.fromUtcUs === "object")
                            message.fromUtcUs = new $util.LongBits(object.fromUtcUs.low >>> 0, object.fromUtcUs.high >>> 0).toNumber(true);
                return message;
            };

            RevokedCertificate.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.keyId = "";
                    else {
                        object.keyId = [];
                        if (options.bytes !== $Array)
                            object.keyId = $util.newBuffer(object.keyId);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.fromUtcUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.fromUtcUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                }
                if (message.keyId != null && $Object.hasOwnProperty.call(message, "keyId"))
                    object.keyId = options.bytes === $String ? $util.base64.encode(message.keyId, 0, message.keyId.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.keyId) : message.keyId;
                if (message.fromUtcUs != null && $Object.hasOwnProperty.call(message, "fromUtcUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.fromUtcUs = typeof message.fromUtcUs === "number" ? $BigInt(message.fromUtcUs) : $util.Long.fromBits(message.fromUtcUs.low >>> 0, message.fromUtcUs.high >>> 0, true).toBigInt();
                    else if (typeof message.fromUtcUs === "number")
                        object.fromUtcUs = options.longs === $String ? $String(message.fromUtcUs) : message.fromUtcUs;
                    else
                        object.fromUtcUs = options.longs === $String ? $util.Long.prototype.toString.call(message.fromUtcUs) : options.longs === $Number ? new $util.LongBits(message.fromUtcUs.low >>> 0, message.fromUtcUs.high >>> 0).toNumber(true) : message.fromUtcUs;
                return object;
            };

            RevokedCertificate.prototype.toJSON = function() {
                return RevokedCertificate.toObject(this, $protobuf.util.toJSONOptions);
            };

            return RevokedCertificate;
        })();

        evidence.Policy = (function() {

            const Policy = function (properties) {
                this.holds = [];
                this.roles = [];
                this.dwellingRoles = [];
                this.reasons = [];
                this.automaticStarts = [];
                this.commands = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Policy.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Policy.prototype.name = "";
            Policy.prototype.preEventS = 0;
            Policy.prototype.preEventSound = false;
            Policy.prototype.preEventInDwellings = false;
            Policy.prototype.runOnS = 0;
            Policy.prototype.retentionDaysMin = 0;
            Policy.prototype.retentionDaysMax = 0;
            Policy.prototype.holds = $util.emptyArray;
            Policy.prototype.roles = $util.emptyArray;
            Policy.prototype.dwellingMode = 0;
            Policy.prototype.dwellingRoles = $util.emptyArray;
            Policy.prototype.reasons = $util.emptyArray;
            Policy.prototype.automaticStarts = $util.emptyArray;
            Policy.prototype.commands = $util.emptyArray;
            Policy.prototype.padding = false;

            Policy.create = function(properties) {
                return new Policy(properties);
            };

            Policy.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                    writer.uint32(8).uint64(message.version);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(18).string(message.name);
                if (message.preEventS != null && $Object.hasOwnProperty.call(message, "preEventS") && message.preEventS !== 0)
                    writer.uint32(24).uint32(message.preEventS);
                if (message.preEventSound != null && $Object.hasOwnProperty.call(message, "preEventSound") && message.preEventSound !== false)
                    writer.uint32(32).bool(message.preEventSound);
                if (message.preEventInDwellings != null && $Object.hasOwnProperty.call(message, "preEventInDwellings") && message.preEventInDwellings !== false)
                    writer.uint32(40).bool(message.preEventInDwellings);
                if (message.runOnS != null && $Object.hasOwnProperty.call(message, "runOnS") && message.runOnS !== 0)
                    writer.uint32(48).uint32(message.runOnS);
                if (message.retentionDaysMin != null && $Object.hasOwnProperty.call(message, "retentionDaysMin") && message.retentionDaysMin !== 0)
                    writer.uint32(56).uint32(message.retentionDaysMin);
                if (message.retentionDaysMax != null && $Object.hasOwnProperty.call(message, "retentionDaysMax") && message.retentionDaysMax !== 0)
                    writer.uint32(64).uint32(message.retentionDaysMax);
                if (message.holds != null && message.holds.length)
                    for (let i = 0; i < message.holds.length; ++i)
                        $root.sealcam.evidence.Hold.encode(message.holds[i], writer.uint32(74).fork(), _depth + 1).ldelim();
                if (message.roles != null && message.roles.length)
                    for (let i = 0; i < message.roles.length; ++i)
                        writer.uint32(82).string(message.roles[i]);
                if (message.dwellingMode != null && $Object.hasOwnProperty.call(message, "dwellingMode") && message.dwellingMode !== 0)
                    writer.uint32(88).int32(message.dwellingMode);
                if (message.dwellingRoles != null && message.dwellingRoles.length)
                    for (let i = 0; i < message.dwellingRoles.length; ++i)
                        writer.uint32(98).string(message.dwellingRoles[i]);
                if (message.reasons != null && message.reasons.length)
                    for (let i = 0; i < message.reasons.length; ++i)
                        writer.uint32(106).string(message.reasons[i]);
                if (message.automaticStarts != null && message.automaticStarts.length)
                    for (let i = 0; i < message.automaticStarts.length; ++i)
                        writer.uint32(114).string(message.automaticStarts[i]);
                if (message.commands != null && message.commands.length)
                    for (let i = 0; i < message.commands.length; ++i)
                        writer.uint32(122).string(message.commands[i]);
                if (message.padding != null && $Object.hasOwnProperty.call(message, "padding") && message.padding !== false)
                    writer.uint32(128).bool(message.padding);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Policy.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Policy();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.version = value;
                            else
                                delete message.version;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.preEventS = value;
                            else
                                delete message.preEventS;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.preEventSound = value;
                            else
                                delete message.preEventSound;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.preEventInDwellings = value;
                            else
                                delete message.preEventInDwellings;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.runOnS = value;
                            else
                                delete message.runOnS;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.retentionDaysMin = value;
                            else
                                delete message.retentionDaysMin;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.retentionDaysMax = value;
                            else
                                delete message.retentionDaysMax;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if (!(message.holds && message.holds.length))
                                message.holds = [];
                            message.holds.push($root.sealcam.evidence.Hold.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (!(message.roles && message.roles.length))
                                message.roles = [];
                            message.roles.push(reader.stringVerify());
                            continue;
                        }
                    case 11: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.dwellingMode = value;
                            else
                                delete message.dwellingMode;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            if (!(message.dwellingRoles && message.dwellingRoles.length))
                                message.dwellingRoles = [];
                            message.dwellingRoles.push(reader.stringVerify());
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            if (!(message.reasons && message.reasons.length))
                                message.reasons = [];
                            message.reasons.push(reader.stringVerify());
                            continue;
                        }
                    case 14: {
                            if (wireType !== 2)
                                break;
                            if (!(message.automaticStarts && message.automaticStarts.length))
                                message.automaticStarts = [];
                            message.automaticStarts.push(reader.stringVerify());
                            continue;
                        }
                    case 15: {
                            if (wireType !== 2)
                                break;
                            if (!(message.commands && message.commands.length))
                                message.commands = [];
                            message.commands.push(reader.stringVerify());
                            continue;
                        }
                    case 16: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.padding = value;
                            else
                                delete message.padding;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Policy.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Policy)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Policy: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Policy();
                if (object.version != null)
                    if (typeof object.version === "object" ? object.version.low || object.version.high : $Number(object.version) !== 0)
                        if ($util.Long)
                            message.version = $util.Long.fromValue(object.version, true);
                        else if (typeof object.version === "string")
                            message.version = $parseInt(object.version, 10);
                        else if (typeof object.version === "number")
                            message.version = object.version;
                        else if (typeof object.version === "object")
                            message.version = new $util.LongBits(object.version.low >>> 0, object.version.high >>> 0).toNumber(true);
                if (object.name != null)
                    if (typeof object.name !== "string" || object.name.length)
                        message.name = $String(object.name);
                if (object.preEventS != null)
                    if ($Number(object.preEventS) !== 0)
                        message.preEventS = object.preEventS >>> 0;
                if (object.preEventSound != null)
                    if (object.preEventSound)
                        message.preEventSound = $Boolean(object.preEventSound);
                if (object.preEventInDwellings != null)
                    if (object.preEventInDwellings)
                        message.preEventInDwellings = $Boolean(object.preEventInDwellings);
                if (object.runOnS != null)
                    if ($Number(object.runOnS) !== 0)
                        message.runOnS = object.runOnS >>> 0;
                if (object.retentionDaysMin != null)
                    if ($Number(object.retentionDaysMin) !== 0)
                        message.retentionDaysMin = object.retentionDaysMin >>> 0;
                if (object.retentionDaysMax != null)
                    if ($Number(object.retentionDaysMax) !== 0)
                        message.retentionDaysMax = object.retentionDaysMax >>> 0;
                if (object.holds) {
                    if (!$Array.isArray(object.holds))
                        throw $TypeError(".sealcam.evidence.Policy.holds: array expected");
                    message.holds = $Array(object.holds.length);
                    for (let i = 0; i < object.holds.length; ++i) {
                        if (!$util.isObject(object.holds[i]))
                            throw $TypeError(".sealcam.evidence.Policy.holds: object expected");
                        message.holds[i] = $root.sealcam.evidence.Hold.fromObject(object.holds[i], _depth + 1);
                    }
                }
                if (object.roles) {
                    if (!$Array.isArray(object.roles))
                        throw $TypeError(".sealcam.evidence.Policy.roles: array expected");
                    message.roles = $Array(object.roles.length);
                    for (let i = 0; i < object.roles.length; ++i)
                        message.roles[i] = $String(object.roles[i]);
                }
                if (object.dwellingMode !== 0 && (typeof object.dwellingMode !== "string" || $root.sealcam.evidence.DwellingMode[object.dwellingMode] !== 0))
                    switch (object.dwellingMode) {
                    case "DWELLING_UNSPECIFIED":
                    case 0:
                        message.dwellingMode = 0;
                        break;
                    case "DWELLING_SAME":
                    case 1:
                        message.dwellingMode = 1;
                        break;
                    case "DWELLING_LINKED":
                    case 2:
                        message.dwellingMode = 2;
                        break;
                    default:
                        if (typeof object.dwellingMode === "number" && (object.dwellingMode | 0) === object.dwellingMode)
                            message.dwellingMode = object.dwellingMode;
                    }
                if (object.dwellingRoles) {
                    if (!$Array.isArray(object.dwellingRoles))
                        throw $TypeError(".sealcam.evidence.Policy.dwellingRoles: array expected");
                    message.dwellingRoles = $Array(object.dwellingRoles.length);
                    for (let i = 0; i < object.dwellingRoles.length; ++i)
                        message.dwellingRoles[i] = $String(object.dwellingRoles[i]);
                }
                if (object.reasons) {
                    if (!$Array.isArray(object.reasons))
                        throw $TypeError(".sealcam.evidence.Policy.reasons: array expected");
                    message.reasons = $Array(object.reasons.length);
                    for (let i = 0; i < object.reasons.length; ++i)
                        message.reasons[i] = $String(object.reasons[i]);
                }
                if (object.automaticStarts) {
                    if (!$Array.isArray(object.automaticStarts))
                        throw $TypeError(".sealcam.evidence.Policy.automaticStarts: array expected");
                    message.automaticStarts = $Array(object.automaticStarts.length);
                    for (let i = 0; i < object.automaticStarts.length; ++i)
                        message.automaticStarts[i] = $String(object.automaticStarts[i]);
                }
                if (object.commands) {
                    if (!$Array.isArray(object.commands))
                        throw $TypeError(".sealcam.evidence.Policy.commands: array expected");
                    message.commands = $Array(object.commands.length);
                    for (let i = 0; i < object.commands.length; ++i)
                        message.commands[i] = $String(object.commands[i]);
                }
                if (object.padding != null)
                    if (object.padding)
                        message.padding = $Boolean(object.padding);
                return message;
            };

            Policy.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults) {
                    object.holds = [];
                    object.roles = [];
                    object.dwellingRoles = [];
                    object.reasons = [];
                    object.automaticStarts = [];
                    object.commands = [];
                }
                if (options.defaults) {
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.version = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.version = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.name = "";
                    object.preEventS = 0;
                    object.preEventSound = false;
                    object.preEventInDwellings = false;
                    object.runOnS = 0;
                    object.retentionDaysMin = 0;
                    object.retentionDaysMax = 0;
                    object.dwellingMode = options.enums === $String ? "DWELLING_UNSPECIFIED" : 0;
                    object.padding = false;
                }
                if (message.version != null && $Object.hasOwnProperty.call(message, "version"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.version = typeof message.version === "number" ? $BigInt(message.version) : $util.Long.fromBits(message.version.low >>> 0, message.version.high >>> 0, true).toBigInt();
                    else if (typeof message.version === "number")
                        object.version = options.longs === $String ? $String(message.version) : message.version;
                    else
                        object.version = options.longs === $String ? $util.Long.prototype.toString.call(message.version) : options.longs === $Number ? new $util.LongBits(message.version.low >>> 0, message.version.high >>> 0).toNumber(true) : message.version;
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    object.name = message.name;
                if (message.preEventS != null && $Object.hasOwnProperty.call(message, "preEventS"))
                    object.preEventS = message.preEventS;
                if (message.preEventSound != null && $Object.hasOwnProperty.call(message, "preEventSound"))
                    object.preEventSound = message.preEventSound;
                if (message.preEventInDwellings != null && $Object.hasOwnProperty.call(message, "preEventInDwellings"))
                    object.preEventInDwellings = message.preEventInDwellings;
                if (message.runOnS != null && $Object.hasOwnProperty.call(message, "runOnS"))
                    object.runOnS = message.runOnS;
                if (message.retentionDaysMin != null && $Object.hasOwnProperty.call(message, "retentionDaysMin"))
                    object.retentionDaysMin = message.retentionDaysMin;
                if (message.retentionDaysMax != null && $Object.hasOwnProperty.call(message, "retentionDaysMax"))
                    object.retentionDaysMax = message.retentionDaysMax;
                if (message.holds && message.holds.length) {
                    object.holds = $Array(message.holds.length);
                    for (let j = 0; j < message.holds.length; ++j)
                        object.holds[j] = $root.sealcam.evidence.Hold.toObject(message.holds[j], options, _depth + 1);
                }
                if (message.roles && message.roles.length) {
                    object.roles = $Array(message.roles.length);
                    for (let j = 0; j < message.roles.length; ++j)
                        object.roles[j] = message.roles[j];
                }
                if (message.dwellingMode != null && $Object.hasOwnProperty.call(message, "dwellingMode"))
                    object.dwellingMode = options.enums === $String ? $root.sealcam.evidence.DwellingMode[message.dwellingMode] === $undefined ? message.dwellingMode : $root.sealcam.evidence.DwellingMode[message.dwellingMode] : message.dwellingMode;
                if (message.dwellingRoles && message.dwellingRoles.length) {
                    object.dwellingRoles = $Array(message.dwellingRoles.length);
                    for (let j = 0; j < message.dwellingRoles.length; ++j)
                        object.dwellingRoles[j] = message.dwellingRoles[j];
                }
                if (message.reasons && message.reasons.length) {
                    object.reasons = $Array(message.reasons.length);
                    for (let j = 0; j < message.reasons.length; ++j)
                        object.reasons[j] = message.reasons[j];
                }
                if (message.automaticStarts && message.automaticStarts.length) {
                    object.automaticStarts = $Array(message.automaticStarts.length);
                    for (let j = 0; j < message.automaticStarts.length; ++j)
                        object.automaticStarts[j] = message.automaticStarts[j];
                }
                if (message.commands && message.commands.length) {
                    object.commands = $Array(message.commands.length);
                    for (let j = 0; j < message.commands.length; ++j)
                        object.commands[j] = message.commands[j];
                }
                if (message.padding != null && $Object.hasOwnProperty.call(message, "padding"))
                    object.padding = message.padding;
                return object;
            };

            Policy.prototype.toJSON = function() {
                return Policy.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Policy;
        })();

        evidence.Hold = (function() {

            const Hold = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Hold.prototype.ground = 0;
            Hold.prototype.monthsMax = 0;

            Hold.create = function(properties) {
                return new Hold(properties);
            };

            Hold.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.ground != null && $Object.hasOwnProperty.call(message, "ground") && message.ground !== 0)
                    writer.uint32(8).int32(message.ground);
                if (message.monthsMax != null && $Object.hasOwnProperty.call(message, "monthsMax") && message.monthsMax !== 0)
                    writer.uint32(16).uint32(message.monthsMax);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Hold.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.Hold();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.ground = value;
                            else
                                delete message.ground;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.monthsMax = value;
                            else
                                delete message.monthsMax;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Hold.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.Hold)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.Hold: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.Hold();
                if (object.ground !== 0 && (typeof object.ground !== "string" || $root.sealcam.evidence.HoldGround[object.ground] !== 0))
                    switch (object.ground) {
                    case "HOLD_UNSPECIFIED":
                    case 0:
                        message.ground = 0;
                        break;
                    case "HOLD_PROSECUTION":
                    case 1:
                        message.ground = 1;
                        break;
                    case "HOLD_DANGER":
                    case 2:
                        message.ground = 2;
                        break;
                    case "HOLD_REVIEW":
                    case 3:
                        message.ground = 3;
                        break;
                    default:
                        if (typeof object.ground === "number" && (object.ground | 0) === object.ground)
                            message.ground = object.ground;
                    }
                if (object.monthsMax != null)
                    if ($Number(object.monthsMax) !== 0)
                        message.monthsMax = object.monthsMax >>> 0;
                return message;
            };

            Hold.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.ground = options.enums === $String ? "HOLD_UNSPECIFIED" : 0;
                    object.monthsMax = 0;
                }
                if (message.ground != null && $Object.hasOwnProperty.call(message, "ground"))
                    object.ground = options.enums === $String ? $root.sealcam.evidence.HoldGround[message.ground] === $undefined ? message.ground : $root.sealcam.evidence.HoldGround[message.ground] : message.ground;
                if (message.monthsMax != null && $Object.hasOwnProperty.call(message, "monthsMax"))
                    object.monthsMax = message.monthsMax;
                return object;
            };

            Hold.prototype.toJSON = function() {
                return Hold.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Hold;
        })();

        evidence.HoldGround = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "HOLD_UNSPECIFIED"] = 0;
            values[valuesById[1] = "HOLD_PROSECUTION"] = 1;
            values[valuesById[2] = "HOLD_DANGER"] = 2;
            values[valuesById[3] = "HOLD_REVIEW"] = 3;
            return values;
        })();

        evidence.DwellingMode = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "DWELLING_UNSPECIFIED"] = 0;
            values[valuesById[1] = "DWELLING_SAME"] = 1;
            values[valuesById[2] = "DWELLING_LINKED"] = 2;
            return values;
        })();

        evidence.VaultKey = (function() {

            const VaultKey = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            VaultKey.prototype.stationId = "";
            VaultKey.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            VaultKey.prototype.publicKey = $util.newBuffer([]);

            VaultKey.create = function(properties) {
                return new VaultKey(properties);
            };

            VaultKey.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.stationId != null && $Object.hasOwnProperty.call(message, "stationId") && message.stationId !== "")
                    writer.uint32(10).string(message.stationId);
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                    writer.uint32(16).uint64(message.version);
                if (message.publicKey != null && $Object.hasOwnProperty.call(message, "publicKey") && message.publicKey.length)
                    writer.uint32(26).bytes(message.publicKey);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            VaultKey.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.VaultKey();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.stationId = value;
                            else
                                delete message.stationId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.version = value;
                            else
                                delete message.version;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.publicKey = value;
                            else
                                delete message.publicKey;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            VaultKey.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.VaultKey)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.VaultKey: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.VaultKey();
                if (object.stationId != null)
                    if (typeof object.stationId !== "string" || object.stationId.length)
                        message.stationId = $String(object.stationId);
                if (object.version != null)
                    if (typeof object.version === "object" ? object.version.low || object.version.high : $Number(object.version) !== 0)
                        if ($util.Long)
                            message.version = $util.Long.fromValue(object.version, true);
                        else if (typeof object.version === "string")
                            message.version = $parseInt(object.version, 10);
                        else if (typeof object.version === "number")
                            message.version = object.version;
                        else if (typeof object.version === "object")
                            message.version = new $util.LongBits(object.version.low >>> 0, object.version.high >>> 0).toNumber(true);
                if (object.publicKey != null)
                    if (object.publicKey.length)
                        if (typeof object.publicKey === "string")
                            $util.base64.decode(object.publicKey, message.publicKey = $util.newBuffer($util.base64.length(object.publicKey)), 0);
                        else if (object.publicKey.length >= 0)
                            message.publicKey = object.publicKey;
                return message;
            };

            VaultKey.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.stationId = "";
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.version = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.version = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.publicKey = "";
                    else {
                        object.publicKey = [];
                        if (options.bytes !== $Array)
                            object.publicKey = $util.newBuffer(object.publicKey);
                    }
                }
                if (message.stationId != null && $Object.hasOwnProperty.call(message, "stationId"))
                    object.stationId = message.stationId;
                if (message.version != null && $Object.hasOwnProperty.call(message, "version"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.version = typeof message.version === "number" ? $BigInt(message.version) : $util.Long.fromBits(message.version.low >>> 0, message.version.high >>> 0, true).toBigInt();
                    else if (typeof message.version === "number")
                        object.version = options.longs === $String ? $String(message.version) : message.version;
                    else
                        object.version = options.longs === $String ? $util.Long.prototype.toString.call(message.version) : options.longs === $Number ? new $util.LongBits(message.version.low >>> 0, message.version.high >>> 0).toNumber(true) : message.version;
                if (message.publicKey != null && $Object.hasOwnProperty.call(message, "publicKey"))
                    object.publicKey = options.bytes === $String ? $util.base64.encode(message.publicKey, 0, message.publicKey.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.publicKey) : message.publicKey;
                return object;
            };

            VaultKey.prototype.toJSON = function() {
                return VaultKey.toObject(this, $protobuf.util.toJSONOptions);
            };

            return VaultKey;
        })();

        evidence.KeyEnvelope = (function() {

            const KeyEnvelope = function (properties) {
                this.roles = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            KeyEnvelope.prototype.recordingId = $util.newBuffer([]);
            KeyEnvelope.prototype.roles = $util.emptyArray;

            KeyEnvelope.create = function(properties) {
                return new KeyEnvelope(properties);
            };

            KeyEnvelope.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId") && message.recordingId.length)
                    writer.uint32(10).bytes(message.recordingId);
                if (message.roles != null && message.roles.length)
                    for (let i = 0; i < message.roles.length; ++i)
                        $root.sealcam.evidence.RoleShares.encode(message.roles[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            KeyEnvelope.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.KeyEnvelope();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.recordingId = value;
                            else
                                delete message.recordingId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.roles && message.roles.length))
                                message.roles = [];
                            message.roles.push($root.sealcam.evidence.RoleShares.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            KeyEnvelope.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.KeyEnvelope)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.KeyEnvelope: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.KeyEnvelope();
                if (object.recordingId != null)
                    if (object.recordingId.length)
                        if (typeof object.recordingId === "string")
                            $util.base64.decode(object.recordingId, message.recordingId = $util.newBuffer($util.base64.length(object.recordingId)), 0);
                        else if (object.recordingId.length >= 0)
                            message.recordingId = object.recordingId;
                if (object.roles) {
                    if (!$Array.isArray(object.roles))
                        throw $TypeError(".sealcam.evidence.KeyEnvelope.roles: array expected");
                    message.roles = $Array(object.roles.length);
                    for (let i = 0; i < object.roles.length; ++i) {
                        if (!$util.isObject(object.roles[i]))
                            throw $TypeError(".sealcam.evidence.KeyEnvelope.roles: object expected");
                        message.roles[i] = $root.sealcam.evidence.RoleShares.fromObject(object.roles[i], _depth + 1);
                    }
                }
                return message;
            };

            KeyEnvelope.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.roles = [];
                if (options.defaults)
                    if (options.bytes === $String)
                        object.recordingId = "";
                    else {
                        object.recordingId = [];
                        if (options.bytes !== $Array)
                            object.recordingId = $util.newBuffer(object.recordingId);
                    }
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId"))
                    object.recordingId = options.bytes === $String ? $util.base64.encode(message.recordingId, 0, message.recordingId.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.recordingId) : message.recordingId;
                if (message.roles && message.roles.length) {
                    object.roles = $Array(message.roles.length);
                    for (let j = 0; j < message.roles.length; ++j)
                        object.roles[j] = $root.sealcam.evidence.RoleShares.toObject(message.roles[j], options, _depth + 1);
                }
                return object;
            };

            KeyEnvelope.prototype.toJSON = function() {
                return KeyEnvelope.toObject(this, $protobuf.util.toJSONOptions);
            };

            return KeyEnvelope;
        })();

        evidence.RoleShares = (function() {

            const RoleShares = function (properties) {
                this.shares = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            RoleShares.prototype.name = "";
            RoleShares.prototype.shares = $util.emptyArray;

            RoleShares.create = function(properties) {
                return new RoleShares(properties);
            };

            RoleShares.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(10).string(message.name);
                if (message.shares != null && message.shares.length)
                    for (let i = 0; i < message.shares.length; ++i)
                        $root.sealcam.evidence.WrappedShare.encode(message.shares[i], writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            RoleShares.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.RoleShares();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.shares && message.shares.length))
                                message.shares = [];
                            message.shares.push($root.sealcam.evidence.WrappedShare.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            RoleShares.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.RoleShares)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.RoleShares: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.RoleShares();
                if (object.name != null)
                    if (typeof object.name !== "string" || object.name.length)
                        message.name = $String(object.name);
                if (object.shares) {
                    if (!$Array.isArray(object.shares))
                        throw $TypeError(".sealcam.evidence.RoleShares.shares: array expected");
                    message.shares = $Array(object.shares.length);
                    for (let i = 0; i < object.shares.length; ++i) {
                        if (!$util.isObject(object.shares[i]))
                            throw $TypeError(".sealcam.evidence.RoleShares.shares: object expected");
                        message.shares[i] = $root.sealcam.evidence.WrappedShare.fromObject(object.shares[i], _depth + 1);
                    }
                }
                return message;
            };

            RoleShares.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.shares = [];
                if (options.defaults)
                    object.name = "";
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    object.name = message.name;
                if (message.shares && message.shares.length) {
                    object.shares = $Array(message.shares.length);
                    for (let j = 0; j < message.shares.length; ++j)
                        object.shares[j] = $root.sealcam.evidence.WrappedShare.toObject(message.shares[j], options, _depth + 1);
                }
                return object;
            };

            RoleShares.prototype.toJSON = function() {
                return RoleShares.toObject(this, $protobuf.util.toJSONOptions);
            };

            return RoleShares;
        })();

        evidence.WrappedShare = (function() {

            const WrappedShare = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            WrappedShare.prototype.recipientId = $util.newBuffer([]);
            WrappedShare.prototype.enc = $util.newBuffer([]);
            WrappedShare.prototype.ciphertext = $util.newBuffer([]);

            WrappedShare.create = function(properties) {
                return new WrappedShare(properties);
            };

            WrappedShare.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.recipientId != null && $Object.hasOwnProperty.call(message, "recipientId") && message.recipientId.length)
                    writer.uint32(10).bytes(message.recipientId);
                if (message.enc != null && $Object.hasOwnProperty.call(message, "enc") && message.enc.length)
                    writer.uint32(18).bytes(message.enc);
                if (message.ciphertext != null && $Object.hasOwnProperty.call(message, "ciphertext") && message.ciphertext.length)
                    writer.uint32(26).bytes(message.ciphertext);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            WrappedShare.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.WrappedShare();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.recipientId = value;
                            else
                                delete message.recipientId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.enc = value;
                            else
                                delete message.enc;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.ciphertext = value;
                            else
                                delete message.ciphertext;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            WrappedShare.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.WrappedShare)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.WrappedShare: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.WrappedShare();
                if (object.recipientId != null)
                    if (object.recipientId.length)
                        if (typeof object.recipientId === "string")
                            $util.base64.decode(object.recipientId, message.recipientId = $util.newBuffer($util.base64.length(object.recipientId)), 0);
                        else if (object.recipientId.length >= 0)
                            message.recipientId = object.recipientId;
                if (object.enc != null)
                    if (object.enc.length)
                        if (typeof object.enc === "string")
                            $util.base64.decode(object.enc, message.enc = $util.newBuffer($util.base64.length(object.enc)), 0);
                        else if (object.enc.length >= 0)
                            message.enc = object.enc;
                if (object.ciphertext != null)
                    if (object.ciphertext.length)
                        if (typeof object.ciphertext === "string")
                            $util.base64.decode(object.ciphertext, message.ciphertext = $util.newBuffer($util.base64.length(object.ciphertext)), 0);
                        else if (object.ciphertext.length >= 0)
                            message.ciphertext = object.ciphertext;
                return message;
            };

            WrappedShare.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if (options.bytes === $String)
                        object.recipientId = "";
                    else {
                        object.recipientId = [];
                        if (options.bytes !== $Array)
                            object.recipientId = $util.newBuffer(object.recipientId);
                    }
                    if (options.bytes === $String)
                        object.enc = "";
                    else {
                        object.enc = [];
                        if (options.bytes !== $Array)
                            object.enc = $util.newBuffer(object.enc);
                    }
                    if (options.bytes === $String)
                        object.ciphertext = "";
                    else {
                        object.ciphertext = [];
                        if (options.bytes !== $Array)
                            object.ciphertext = $util.newBuffer(object.ciphertext);
                    }
                }
                if (message.recipientId != null && $Object.hasOwnProperty.call(message, "recipientId"))
                    object.recipientId = options.bytes === $String ? $util.base64.encode(message.recipientId, 0, message.recipientId.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.recipientId) : message.recipientId;
                if (message.enc != null && $Object.hasOwnProperty.call(message, "enc"))
                    object.enc = options.bytes === $String ? $util.base64.encode(message.enc, 0, message.enc.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.enc) : message.enc;
                if (message.ciphertext != null && $Object.hasOwnProperty.call(message, "ciphertext"))
                    object.ciphertext = options.bytes === $String ? $util.base64.encode(message.ciphertext, 0, message.ciphertext.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.ciphertext) : message.ciphertext;
                return object;
            };

            WrappedShare.prototype.toJSON = function() {
                return WrappedShare.toObject(this, $protobuf.util.toJSONOptions);
            };

            return WrappedShare;
        })();

        evidence.SealedKeyEnvelope = (function() {

            const SealedKeyEnvelope = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            SealedKeyEnvelope.prototype.stationId = "";
            SealedKeyEnvelope.prototype.vaultKeyVersion = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            SealedKeyEnvelope.prototype.enc = $util.newBuffer([]);
            SealedKeyEnvelope.prototype.ciphertext = $util.newBuffer([]);

            SealedKeyEnvelope.create = function(properties) {
                return new SealedKeyEnvelope(properties);
            };

            SealedKeyEnvelope.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.stationId != null && $Object.hasOwnProperty.call(message, "stationId") && message.stationId !== "")
                    writer.uint32(10).string(message.stationId);
                if (message.vaultKeyVersion != null && $Object.hasOwnProperty.call(message, "vaultKeyVersion") && (typeof message.vaultKeyVersion === "object" ? message.vaultKeyVersion.low || message.vaultKeyVersion.high : message.vaultKeyVersion !== 0))
                    writer.uint32(16).uint64(message.vaultKeyVersion);
                if (message.enc != null && $Object.hasOwnProperty.call(message, "enc") && message.enc.length)
                    writer.uint32(26).bytes(message.enc);
                if (message.ciphertext != null && $Object.hasOwnProperty.call(message, "ciphertext") && message.ciphertext.length)
                    writer.uint32(34).bytes(message.ciphertext);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            SealedKeyEnvelope.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.evidence.SealedKeyEnvelope();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.stationId = value;
                            else
                                delete message.stationId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.vaultKeyVersion = value;
                            else
                                delete message.vaultKeyVersion;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.enc = value;
                            else
                                delete message.enc;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.ciphertext = value;
                            else
                                delete message.ciphertext;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            SealedKeyEnvelope.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.evidence.SealedKeyEnvelope)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.evidence.SealedKeyEnvelope: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.evidence.SealedKeyEnvelope();
                if (object.stationId != null)
                    if (typeof object.stationId !== "string" || object.stationId.length)
                        message.stationId = $String(object.stationId);
                if (object.vaultKeyVersion != null)
                    if (typeof object.vaultKeyVersion === "object" ? object.vaultKeyVersion.low || object.vaultKeyVersion.high : $Number(object.vaultKeyVersion) !== 0)
                        if ($util.Long)
                            message.vaultKeyVersion = $util.Long.fromValue(object.vaultKeyVersion, true);
                        else if (typeof object.vaultKeyVersion === "string")
                            message.vaultKeyVersion = $parseInt(object.vaultKeyVersion, 10);
                        else if (typeof object.vaultKeyVersion === "number")
                            message.vaultKeyVersion = object.vaultKeyVersion;
                        else if (typeof object.vaultKeyVersion === "object")
                            message.vaultKeyVersion = new $util.LongBits(object.vaultKeyVersion.low >>> 0, object.vaultKeyVersion.high >>> 0).toNumber(true);
                if (object.enc != null)
                    if (object.enc.length)
                        if (typeof object.enc === "string")
                            $util.base64.decode(object.enc, message.enc = $util.newBuffer($util.base64.length(object.enc)), 0);
                        else if (object.enc.length >= 0)
                            message.enc = object.enc;
                if (object.ciphertext != null)
                    if (object.ciphertext.length)
                        if (typeof object.ciphertext === "string")
                            $util.base64.decode(object.ciphertext, message.ciphertext = $util.newBuffer($util.base64.length(object.ciphertext)), 0);
                        else if (object.ciphertext.length >= 0)
                            message.ciphertext = object.ciphertext;
                return message;
            };

            SealedKeyEnvelope.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.stationId = "";
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.vaultKeyVersion = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.vaultKeyVersion = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if (options.bytes === $String)
                        object.enc = "";
                    else {
                        object.enc = [];
                        if (options.bytes !== $Array)
                            object.enc = $util.newBuffer(object.enc);
                    }
                    if (options.bytes === $String)
                        object.ciphertext = "";
                    else {
                        object.ciphertext = [];
                        if (options.bytes !== $Array)
                            object.ciphertext = $util.newBuffer(object.ciphertext);
                    }
                }
                if (message.stationId != null && $Object.hasOwnProperty.call(message, "stationId"))
                    object.stationId = message.stationId;
                if (message.vaultKeyVersion != null && $Object.hasOwnProperty.call(message, "vaultKeyVersion"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.vaultKeyVersion = typeof message.vaultKeyVersion === "number" ? $BigInt(message.vaultKeyVersion) : $util.Long.fromBits(message.vaultKeyVersion.low >>> 0, message.vaultKeyVersion.high >>> 0, true).toBigInt();
                    else if (typeof message.vaultKeyVersion === "number")
                        object.vaultKeyVersion = options.longs === $String ? $String(message.vaultKeyVersion) : message.vaultKeyVersion;
                    else
                        object.vaultKeyVersion = options.longs === $String ? $util.Long.prototype.toString.call(message.vaultKeyVersion) : options.longs === $Number ? new $util.LongBits(message.vaultKeyVersion.low >>> 0, message.vaultKeyVersion.high >>> 0).toNumber(true) : message.vaultKeyVersion;
                if (message.enc != null && $Object.hasOwnProperty.call(message, "enc"))
                    object.enc = options.bytes === $String ? $util.base64.encode(message.enc, 0, message.enc.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.enc) : message.enc;
                if (message.ciphertext != null && $Object.hasOwnProperty.call(message, "ciphertext"))
                    object.ciphertext = options.bytes === $String ? $util.base64.encode(message.ciphertext, 0, message.ciphertext.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.ciphertext) : message.ciphertext;
                return object;
            };

            SealedKeyEnvelope.prototype.toJSON = function() {
                return SealedKeyEnvelope.toObject(this, $protobuf.util.toJSONOptions);
            };

            return SealedKeyEnvelope;
        })();

        return evidence;
    })();

    return sealcam;
})();

export {
  $root as default
};
