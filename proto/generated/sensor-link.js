// Generated from proto/sensor-link.proto by scripts/generate.mjs: edit that, not this.
/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError, $TypeError = $util.global.TypeError, $Number = $util.global.Number, $parseInt = $util.global.parseInt, $String = $util.global.String, $Array = $util.global.Array, $Boolean = $util.global.Boolean, $BigInt = $util.global.BigInt, $isFinite = $util.global.isFinite;

const $root = $protobuf.roots["sealcam/sensor-link"] || ($protobuf.roots["sealcam/sensor-link"] = {});

export const sealcam = $root.sealcam = (() => {

    const sealcam = {};

    sealcam.link = (function() {

        const link = {};

        link.Codec = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "CODEC_UNSPECIFIED"] = 0;
            values[valuesById[1] = "CODEC_H264"] = 1;
            values[valuesById[2] = "CODEC_H265"] = 2;
            values[valuesById[3] = "CODEC_AAC"] = 3;
            return values;
        })();

        link.TrackKind = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "TRACK_KIND_UNSPECIFIED"] = 0;
            values[valuesById[1] = "TRACK_KIND_VIDEO"] = 1;
            values[valuesById[2] = "TRACK_KIND_AUDIO"] = 2;
            return values;
        })();

        link.ButtonKind = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "BUTTON_KIND_UNSPECIFIED"] = 0;
            values[valuesById[1] = "BUTTON_KIND_START"] = 1;
            values[valuesById[2] = "BUTTON_KIND_STOP"] = 2;
            values[valuesById[3] = "BUTTON_KIND_BOOKMARK"] = 3;
            values[valuesById[4] = "BUTTON_KIND_MUTE"] = 4;
            values[valuesById[5] = "BUTTON_KIND_DWELLING"] = 5;
            values[valuesById[6] = "BUTTON_KIND_HOLSTER"] = 6;
            values[valuesById[7] = "BUTTON_KIND_PEER"] = 7;
            values[valuesById[8] = "BUTTON_KIND_VEHICLE_LIGHT"] = 8;
            return values;
        })();

        link.LampState = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "LAMP_STATE_UNSPECIFIED"] = 0;
            values[valuesById[1] = "LAMP_STATE_OFF"] = 1;
            values[valuesById[2] = "LAMP_STATE_STANDBY"] = 2;
            values[valuesById[3] = "LAMP_STATE_RECORDING"] = 3;
            values[valuesById[4] = "LAMP_STATE_ALARM"] = 4;
            return values;
        })();

        link.Hello = (function() {

            const Hello = function (properties) {
                this.capabilities = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Hello.prototype.major = 0;
            Hello.prototype.minor = 0;
            Hello.prototype.nonce = $util.newBuffer([]);
            Hello.prototype.peerNonce = $util.newBuffer([]);
            Hello.prototype.nextSequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Hello.prototype.frameBytesMax = 0;
            Hello.prototype.bufferBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Hello.prototype.model = "";
            Hello.prototype.serial = "";
            Hello.prototype.firmware = "";
            Hello.prototype.capabilities = $util.emptyArray;
            Hello.prototype.stream = null;
            Hello.prototype.switches = null;
            Hello.prototype.noVideo = false;

            Hello.create = function(properties) {
                return new Hello(properties);
            };

            Hello.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.major != null && $Object.hasOwnProperty.call(message, "major") && message.major !== 0)
                    writer.uint32(8).uint32(message.major);
                if (message.minor != null && $Object.hasOwnProperty.call(message, "minor") && message.minor !== 0)
                    writer.uint32(16).uint32(message.minor);
                if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                    writer.uint32(26).bytes(message.nonce);
                if (message.peerNonce != null && $Object.hasOwnProperty.call(message, "peerNonce") && message.peerNonce.length)
                    writer.uint32(34).bytes(message.peerNonce);
                if (message.nextSequence != null && $Object.hasOwnProperty.call(message, "nextSequence") && (typeof message.nextSequence === "object" ? message.nextSequence.low || message.nextSequence.high : message.nextSequence !== 0))
                    writer.uint32(40).uint64(message.nextSequence);
                if (message.frameBytesMax != null && $Object.hasOwnProperty.call(message, "frameBytesMax") && message.frameBytesMax !== 0)
                    writer.uint32(48).uint32(message.frameBytesMax);
                if (message.bufferBytes != null && $Object.hasOwnProperty.call(message, "bufferBytes") && (typeof message.bufferBytes === "object" ? message.bufferBytes.low || message.bufferBytes.high : message.bufferBytes !== 0))
                    writer.uint32(56).uint64(message.bufferBytes);
                if (message.model != null && $Object.hasOwnProperty.call(message, "model") && message.model !== "")
                    writer.uint32(66).string(message.model);
                if (message.serial != null && $Object.hasOwnProperty.call(message, "serial") && message.serial !== "")
                    writer.uint32(74).string(message.serial);
                if (message.firmware != null && $Object.hasOwnProperty.call(message, "firmware") && message.firmware !== "")
                    writer.uint32(82).string(message.firmware);
                if (message.capabilities != null && message.capabilities.length)
                    for (let i = 0; i < message.capabilities.length; ++i)
                        writer.uint32(90).string(message.capabilities[i]);
                if (message.stream != null && $Object.hasOwnProperty.call(message, "stream"))
                    $root.sealcam.link.StreamParameters.encode(message.stream, writer.uint32(98).fork(), _depth + 1).ldelim();
                if (message.switches != null && $Object.hasOwnProperty.call(message, "switches"))
                    $root.sealcam.link.Switches.encode(message.switches, writer.uint32(106).fork(), _depth + 1).ldelim();
                if (message.noVideo != null && $Object.hasOwnProperty.call(message, "noVideo") && message.noVideo !== false)
                    writer.uint32(112).bool(message.noVideo);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Hello.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.Hello();
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
                                message.major = value;
                            else
                                delete message.major;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.minor = value;
                            else
                                delete message.minor;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.nonce = value;
                            else
                                delete message.nonce;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.peerNonce = value;
                            else
                                delete message.peerNonce;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.nextSequence = value;
                            else
                                delete message.nextSequence;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.frameBytesMax = value;
                            else
                                delete message.frameBytesMax;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.bufferBytes = value;
                            else
                                delete message.bufferBytes;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.model = value;
                            else
                                delete message.model;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.serial = value;
                            else
                                delete message.serial;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.firmware = value;
                            else
                                delete message.firmware;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if (!(message.capabilities && message.capabilities.length))
                                message.capabilities = [];
                            message.capabilities.push(reader.stringVerify());
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            message.stream = $root.sealcam.link.StreamParameters.decode(reader, reader.size(), $undefined, _depth + 1, message.stream);
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            message.switches = $root.sealcam.link.Switches.decode(reader, reader.size(), $undefined, _depth + 1, message.switches);
                            continue;
                        }
                    case 14: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.noVideo = value;
                            else
                                delete message.noVideo;
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

            Hello.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.Hello)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.Hello: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.Hello();
                if (object.major != null)
                    if ($Number(object.major) !== 0)
                        message.major = object.major >>> 0;
                if (object.minor != null)
                    if ($Number(object.minor) !== 0)
                        message.minor = object.minor >>> 0;
                if (object.nonce != null)
                    if (object.nonce.length)
                        if (typeof object.nonce === "string")
                            $util.base64.decode(object.nonce, message.nonce = $util.newBuffer($util.base64.length(object.nonce)), 0);
                        else if (object.nonce.length >= 0)
                            message.nonce = object.nonce;
                if (object.peerNonce != null)
                    if (object.peerNonce.length)
                        if (typeof object.peerNonce === "string")
                            $util.base64.decode(object.peerNonce, message.peerNonce = $util.newBuffer($util.base64.length(object.peerNonce)), 0);
                        else if (object.peerNonce.length >= 0)
                            message.peerNonce = object.peerNonce;
                if (object.nextSequence != null)
                    if (typeof object.nextSequence === "object" ? object.nextSequence.low || object.nextSequence.high : $Number(object.nextSequence) !== 0)
                        if ($util.Long)
                            message.nextSequence = $util.Long.fromValue(object.nextSequence, true);
                        else if (typeof object.nextSequence === "string")
                            message.nextSequence = $parseInt(object.nextSequence, 10);
                        else if (typeof object.nextSequence === "number")
                            message.nextSequence = object.nextSequence;
                        else if (typeof object.nextSequence === "object")
                            message.nextSequence = new $util.LongBits(object.nextSequence.low >>> 0, object.nextSequence.high >>> 0).toNumber(true);
                if (object.frameBytesMax != null)
                    if ($Number(object.frameBytesMax) !== 0)
                        message.frameBytesMax = object.frameBytesMax >>> 0;
                if (object.bufferBytes != null)
                    if (typeof object.bufferBytes === "object" ? object.bufferBytes.low || object.bufferBytes.high : $Number(object.bufferBytes) !== 0)
                        if ($util.Long)
                            message.bufferBytes = $util.Long.fromValue(object.bufferBytes, true);
                        else if (typeof object.bufferBytes === "string")
                            message.bufferBytes = $parseInt(object.bufferBytes, 10);
                        else if (typeof object.bufferBytes === "number")
                            message.bufferBytes = object.bufferBytes;
                        else if (typeof object.bufferBytes === "object")
                            message.bufferBytes = new $util.LongBits(object.bufferBytes.low >>> 0, object.bufferBytes.high >>> 0).toNumber(true);
                if (object.model != null)
                    if (typeof object.model !== "string" || object.model.length)
                        message.model = $String(object.model);
                if (object.serial != null)
                    if (typeof object.serial !== "string" || object.serial.length)
                        message.serial = $String(object.serial);
                if (object.firmware != null)
                    if (typeof object.firmware !== "string" || object.firmware.length)
                        message.firmware = $String(object.firmware);
                if (object.capabilities) {
                    if (!$Array.isArray(object.capabilities))
                        throw $TypeError(".sealcam.link.Hello.capabilities: array expected");
                    message.capabilities = $Array(object.capabilities.length);
                    for (let i = 0; i < object.capabilities.length; ++i)
                        message.capabilities[i] = $String(object.capabilities[i]);
                }
                if (object.stream != null) {
                    if (!$util.isObject(object.stream))
                        throw $TypeError(".sealcam.link.Hello.stream: object expected");
                    message.stream = $root.sealcam.link.StreamParameters.fromObject(object.stream, _depth + 1);
                }
                if (object.switches != null) {
                    if (!$util.isObject(object.switches))
                        throw $TypeError(".sealcam.link.Hello.switches: object expected");
                    message.switches = $root.sealcam.link.Switches.fromObject(object.switches, _depth + 1);
                }
                if (object.noVideo != null)
                    if (object.noVideo)
                        message.noVideo = $Boolean(object.noVideo);
                return message;
            };

            Hello.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.capabilities = [];
                if (options.defaults) {
                    object.major = 0;
                    object.minor = 0;
                    if (options.bytes === $String)
                        object.nonce = "";
                    else {
                        object.nonce = [];
                        if (options.bytes !== $Array)
                            object.nonce = $util.newBuffer(object.nonce);
                    }
                    if (options.bytes === $String)
                        object.peerNonce = "";
                    else {
                        object.peerNonce = [];
                        if (options.bytes !== $Array)
                            object.peerNonce = $util.newBuffer(object.peerNonce);
                    }
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.nextSequence = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.nextSequence = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.frameBytesMax = 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.bufferBytes = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.bufferBytes = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.model = "";
                    object.serial = "";
                    object.firmware = "";
                    object.stream = null;
                    object.switches = null;
                    object.noVideo = false;
                }
                if (message.major != null && $Object.hasOwnProperty.call(message, "major"))
                    object.major = message.major;
                if (message.minor != null && $Object.hasOwnProperty.call(message, "minor"))
                    object.minor = message.minor;
                if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce"))
                    object.nonce = options.bytes === $String ? $util.base64.encode(message.nonce, 0, message.nonce.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.nonce) : message.nonce;
                if (message.peerNonce != null && $Object.hasOwnProperty.call(message, "peerNonce"))
                    object.peerNonce = options.bytes === $String ? $util.base64.encode(message.peerNonce, 0, message.peerNonce.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.peerNonce) : message.peerNonce;
                if (message.nextSequence != null && $Object.hasOwnProperty.call(message, "nextSequence"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.nextSequence = typeof message.nextSequence === "number" ? $BigInt(message.nextSequence) : $util.Long.fromBits(message.nextSequence.low >>> 0, message.nextSequence.high >>> 0, true).toBigInt();
                    else if (typeof message.nextSequence === "number")
                        object.nextSequence = options.longs === $String ? $String(message.nextSequence) : message.nextSequence;
                    else
                        object.nextSequence = options.longs === $String ? $util.Long.prototype.toString.call(message.nextSequence) : options.longs === $Number ? new $util.LongBits(message.nextSequence.low >>> 0, message.nextSequence.high >>> 0).toNumber(true) : message.nextSequence;
                if (message.frameBytesMax != null && $Object.hasOwnProperty.call(message, "frameBytesMax"))
                    object.frameBytesMax = message.frameBytesMax;
                if (message.bufferBytes != null && $Object.hasOwnProperty.call(message, "bufferBytes"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.bufferBytes = typeof message.bufferBytes === "number" ? $BigInt(message.bufferBytes) : $util.Long.fromBits(message.bufferBytes.low >>> 0, message.bufferBytes.high >>> 0, true).toBigInt();
                    else if (typeof message.bufferBytes === "number")
                        object.bufferBytes = options.longs === $String ? $String(message.bufferBytes) : message.bufferBytes;
                    else
                        object.bufferBytes = options.longs === $String ? $util.Long.prototype.toString.call(message.bufferBytes) : options.longs === $Number ? new $util.LongBits(message.bufferBytes.low >>> 0, message.bufferBytes.high >>> 0).toNumber(true) : message.bufferBytes;
                if (message.model != null && $Object.hasOwnProperty.call(message, "model"))
                    object.model = message.model;
                if (message.serial != null && $Object.hasOwnProperty.call(message, "serial"))
                    object.serial = message.serial;
                if (message.firmware != null && $Object.hasOwnProperty.call(message, "firmware"))
                    object.firmware = message.firmware;
                if (message.capabilities && message.capabilities.length) {
                    object.capabilities = $Array(message.capabilities.length);
                    for (let j = 0; j < message.capabilities.length; ++j)
                        object.capabilities[j] = message.capabilities[j];
                }
                if (message.stream != null && $Object.hasOwnProperty.call(message, "stream"))
                    object.stream = $root.sealcam.link.StreamParameters.toObject(message.stream, options, _depth + 1);
                if (message.switches != null && $Object.hasOwnProperty.call(message, "switches"))
                    object.switches = $root.sealcam.link.Switches.toObject(message.switches, options, _depth + 1);
                if (message.noVideo != null && $Object.hasOwnProperty.call(message, "noVideo"))
                    object.noVideo = message.noVideo;
                return object;
            };

            Hello.prototype.toJSON = function() {
                return Hello.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Hello;
        })();

        link.Switches = (function() {

            const Switches = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Switches.prototype.mute = false;
            Switches.prototype.dwelling = false;

            Switches.create = function(properties) {
                return new Switches(properties);
            };

            Switches.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mute != null && $Object.hasOwnProperty.call(message, "mute") && message.mute !== false)
                    writer.uint32(8).bool(message.mute);
                if (message.dwelling != null && $Object.hasOwnProperty.call(message, "dwelling") && message.dwelling !== false)
                    writer.uint32(16).bool(message.dwelling);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Switches.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.Switches();
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
                            if (value = reader.bool())
                                message.mute = value;
                            else
                                delete message.mute;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.dwelling = value;
                            else
                                delete message.dwelling;
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

            Switches.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.Switches)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.Switches: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.Switches();
                if (object.mute != null)
                    if (object.mute)
                        message.mute = $Boolean(object.mute);
                if (object.dwelling != null)
                    if (object.dwelling)
                        message.dwelling = $Boolean(object.dwelling);
                return message;
            };

            Switches.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.mute = false;
                    object.dwelling = false;
                }
                if (message.mute != null && $Object.hasOwnProperty.call(message, "mute"))
                    object.mute = message.mute;
                if (message.dwelling != null && $Object.hasOwnProperty.call(message, "dwelling"))
                    object.dwelling = message.dwelling;
                return object;
            };

            Switches.prototype.toJSON = function() {
                return Switches.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Switches;
        })();

        link.Ack = (function() {

            const Ack = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Ack.prototype.received = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Ack.prototype.released = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Ack.prototype.creditBytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            Ack.create = function(properties) {
                return new Ack(properties);
            };

            Ack.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.received != null && $Object.hasOwnProperty.call(message, "received") && (typeof message.received === "object" ? message.received.low || message.received.high : message.received !== 0))
                    writer.uint32(8).uint64(message.received);
                if (message.released != null && $Object.hasOwnProperty.call(message, "released") && (typeof message.released === "object" ? message.released.low || message.released.high : message.released !== 0))
                    writer.uint32(16).uint64(message.released);
                if (message.creditBytes != null && $Object.hasOwnProperty.call(message, "creditBytes") && (typeof message.creditBytes === "object" ? message.creditBytes.low || message.creditBytes.high : message.creditBytes !== 0))
                    writer.uint32(24).uint64(message.creditBytes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Ack.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.Ack();
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
                                message.received = value;
                            else
                                delete message.received;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.released = value;
                            else
                                delete message.released;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.creditBytes = value;
                            else
                                delete message.creditBytes;
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

            Ack.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.Ack)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.Ack: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.Ack();
                if (object.received != null)
                    if (typeof object.received === "object" ? object.received.low || object.received.high : $Number(object.received) !== 0)
                        if ($util.Long)
                            message.received = $util.Long.fromValue(object.received, true);
                        else if (typeof object.received === "string")
                            message.received = $parseInt(object.received, 10);
                        else if (typeof object.received === "number")
                            message.received = object.received;
                        else if (typeof object.received === "object")
                            message.received = new $util.LongBits(object.received.low >>> 0, object.received.high >>> 0).toNumber(true);
                if (object.released != null)
                    if (typeof object.released === "object" ? object.released.low || object.released.high : $Number(object.released) !== 0)
                        if ($util.Long)
                            message.released = $util.Long.fromValue(object.released, true);
                        else if (typeof object.released === "string")
                            message.released = $parseInt(object.released, 10);
                        else if (typeof object.released === "number")
                            message.released = object.released;
                        else if (typeof object.released === "object")
                            message.released = new $util.LongBits(object.released.low >>> 0, object.released.high >>> 0).toNumber(true);
                if (object.creditBytes != null)
                    if (typeof object.creditBytes === "object" ? object.creditBytes.low || object.creditBytes.high : $Number(object.creditBytes) !== 0)
                        if ($util.Long)
                            message.creditBytes = $util.Long.fromValue(object.creditBytes, true);
                        else if (typeof object.creditBytes === "string")
                            message.creditBytes = $parseInt(object.creditBytes, 10);
                        else if (typeof object.creditBytes === "number")
                            message.creditBytes = object.creditBytes;
                        else if (typeof object.creditBytes === "object")
                            message.creditBytes = new $util.LongBits(object.creditBytes.low >>> 0, object.creditBytes.high >>> 0).toNumber(true);
                return message;
            };

            Ack.toObject = function (message, options, _depth) {
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
                        object.received = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.received = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.released = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.released = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.creditBytes = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.creditBytes = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                }
                if (message.received != null && $Object.hasOwnProperty.call(message, "received"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.received = typeof message.received === "number" ? $BigInt(message.received) : $util.Long.fromBits(message.received.low >>> 0, message.received.high >>> 0, true).toBigInt();
                    else if (typeof message.received === "number")
                        object.received = options.longs === $String ? $String(message.received) : message.received;
                    else
                        object.received = options.longs === $String ? $util.Long.prototype.toString.call(message.received) : options.longs === $Number ? new $util.LongBits(message.received.low >>> 0, message.received.high >>> 0).toNumber(true) : message.received;
                if (message.released != null && $Object.hasOwnProperty.call(message, "released"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.released = typeof message.released === "number" ? $BigInt(message.released) : $util.Long.fromBits(message.released.low >>> 0, message.released.high >>> 0, true).toBigInt();
                    else if (typeof message.released === "number")
                        object.released = options.longs === $String ? $String(message.released) : message.released;
                    else
                        object.released = options.longs === $String ? $util.Long.prototype.toString.call(message.released) : options.longs === $Number ? new $util.LongBits(message.released.low >>> 0, message.released.high >>> 0).toNumber(true) : message.released;
                if (message.creditBytes != null && $Object.hasOwnProperty.call(message, "creditBytes"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.creditBytes = typeof message.creditBytes === "number" ? $BigInt(message.creditBytes) : $util.Long.fromBits(message.creditBytes.low >>> 0, message.creditBytes.high >>> 0, true).toBigInt();
                    else if (typeof message.creditBytes === "number")
                        object.creditBytes = options.longs === $String ? $String(message.creditBytes) : message.creditBytes;
                    else
                        object.creditBytes = options.longs === $String ? $util.Long.prototype.toString.call(message.creditBytes) : options.longs === $Number ? new $util.LongBits(message.creditBytes.low >>> 0, message.creditBytes.high >>> 0).toNumber(true) : message.creditBytes;
                return object;
            };

            Ack.prototype.toJSON = function() {
                return Ack.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Ack;
        })();

        link.Heartbeat = (function() {

            const Heartbeat = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Heartbeat.prototype.clockUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Heartbeat.prototype.nextSequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Heartbeat.prototype.received = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            Heartbeat.create = function(properties) {
                return new Heartbeat(properties);
            };

            Heartbeat.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.clockUs != null && $Object.hasOwnProperty.call(message, "clockUs") && (typeof message.clockUs === "object" ? message.clockUs.low || message.clockUs.high : message.clockUs !== 0))
                    writer.uint32(8).uint64(message.clockUs);
                if (message.nextSequence != null && $Object.hasOwnProperty.call(message, "nextSequence") && (typeof message.nextSequence === "object" ? message.nextSequence.low || message.nextSequence.high : message.nextSequence !== 0))
                    writer.uint32(16).uint64(message.nextSequence);
                if (message.received != null && $Object.hasOwnProperty.call(message, "received") && (typeof message.received === "object" ? message.received.low || message.received.high : message.received !== 0))
                    writer.uint32(24).uint64(message.received);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Heartbeat.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.Heartbeat();
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
                                message.clockUs = value;
                            else
                                delete message.clockUs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.nextSequence = value;
                            else
                                delete message.nextSequence;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.received = value;
                            else
                                delete message.received;
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

            Heartbeat.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.Heartbeat)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.Heartbeat: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.Heartbeat();
                if (object.clockUs != null)
                    if (typeof object.clockUs === "object" ? object.clockUs.low || object.clockUs.high : $Number(object.clockUs) !== 0)
                        if ($util.Long)
                            message.clockUs = $util.Long.fromValue(object.clockUs, true);
                        else if (typeof object.clockUs === "string")
                            message.clockUs = $parseInt(object.clockUs, 10);
                        else if (typeof object.clockUs === "number")
                            message.clockUs = object.clockUs;
                        else if (typeof object.clockUs === "object")
                            message.clockUs = new $util.LongBits(object.clockUs.low >>> 0, object.clockUs.high >>> 0).toNumber(true);
                if (object.nextSequence != null)
                    if (typeof object.nextSequence === "object" ? object.nextSequence.low || object.nextSequence.high : $Number(object.nextSequence) !== 0)
                        if ($util.Long)
                            message.nextSequence = $util.Long.fromValue(object.nextSequence, true);
                        else if (typeof object.nextSequence === "string")
                            message.nextSequence = $parseInt(object.nextSequence, 10);
                        else if (typeof object.nextSequence === "number")
                            message.nextSequence = object.nextSequence;
                        else if (typeof object.nextSequence === "object")
                            message.nextSequence = new $util.LongBits(object.nextSequence.low >>> 0, object.nextSequence.high >>> 0).toNumber(true);
                if (object.received != null)
                    if (typeof object.received === "object" ? object.received.low || object.received.high : $Number(object.received) !== 0)
                        if ($util.Long)
                            message.received = $util.Long.fromValue(object.received, true);
                        else if (typeof object.received === "string")
                            message.received = $parseInt(object.received, 10);
                        else if (typeof object.received === "number")
                            message.received = object.received;
                        else if (typeof object.received === "object")
                            message.received = new $util.LongBits(object.received.low >>> 0, object.received.high >>> 0).toNumber(true);
                return message;
            };

            Heartbeat.toObject = function (message, options, _depth) {
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
                        object.clockUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.clockUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.nextSequence = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.nextSequence = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.received = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.received = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                }
                if (message.clockUs != null && $Object.hasOwnProperty.call(message, "clockUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.clockUs = typeof message.clockUs === "number" ? $BigInt(message.clockUs) : $util.Long.fromBits(message.clockUs.low >>> 0, message.clockUs.high >>> 0, true).toBigInt();
                    else if (typeof message.clockUs === "number")
                        object.clockUs = options.longs === $String ? $String(message.clockUs) : message.clockUs;
                    else
                        object.clockUs = options.longs === $String ? $util.Long.prototype.toString.call(message.clockUs) : options.longs === $Number ? new $util.LongBits(message.clockUs.low >>> 0, message.clockUs.high >>> 0).toNumber(true) : message.clockUs;
                if (message.nextSequence != null && $Object.hasOwnProperty.call(message, "nextSequence"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.nextSequence = typeof message.nextSequence === "number" ? $BigInt(message.nextSequence) : $util.Long.fromBits(message.nextSequence.low >>> 0, message.nextSequence.high >>> 0, true).toBigInt();
                    else if (typeof message.nextSequence === "number")
                        object.nextSequence = options.longs === $String ? $String(message.nextSequence) : message.nextSequence;
                    else
                        object.nextSequence = options.longs === $String ? $util.Long.prototype.toString.call(message.nextSequence) : options.longs === $Number ? new $util.LongBits(message.nextSequence.low >>> 0, message.nextSequence.high >>> 0).toNumber(true) : message.nextSequence;
                if (message.received != null && $Object.hasOwnProperty.call(message, "received"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.received = typeof message.received === "number" ? $BigInt(message.received) : $util.Long.fromBits(message.received.low >>> 0, message.received.high >>> 0, true).toBigInt();
                    else if (typeof message.received === "number")
                        object.received = options.longs === $String ? $String(message.received) : message.received;
                    else
                        object.received = options.longs === $String ? $util.Long.prototype.toString.call(message.received) : options.longs === $Number ? new $util.LongBits(message.received.low >>> 0, message.received.high >>> 0).toNumber(true) : message.received;
                return object;
            };

            Heartbeat.prototype.toJSON = function() {
                return Heartbeat.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Heartbeat;
        })();

        link.Resend = (function() {

            const Resend = function (properties) {
                this.ranges = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Resend.prototype.ranges = $util.emptyArray;

            Resend.create = function(properties) {
                return new Resend(properties);
            };

            Resend.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.ranges != null && message.ranges.length)
                    for (let i = 0; i < message.ranges.length; ++i)
                        $root.sealcam.link.Resend.Range.encode(message.ranges[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Resend.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.link.Resend();
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
                            if (!(message.ranges && message.ranges.length))
                                message.ranges = [];
                            message.ranges.push($root.sealcam.link.Resend.Range.decode(reader, reader.size(), $undefined, _depth + 1));
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

            Resend.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.Resend)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.Resend: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.Resend();
                if (object.ranges) {
                    if (!$Array.isArray(object.ranges))
                        throw $TypeError(".sealcam.link.Resend.ranges: array expected");
                    message.ranges = $Array(object.ranges.length);
                    for (let i = 0; i < object.ranges.length; ++i) {
                        if (!$util.isObject(object.ranges[i]))
                            throw $TypeError(".sealcam.link.Resend.ranges: object expected");
                        message.ranges[i] = $root.sealcam.link.Resend.Range.fromObject(object.ranges[i], _depth + 1);
                    }
                }
                return message;
            };

            Resend.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.ranges = [];
                if (message.ranges && message.ranges.length) {
                    object.ranges = $Array(message.ranges.length);
                    for (let j = 0; j < message.ranges.length; ++j)
                        object.ranges[j] = $root.sealcam.link.Resend.Range.toObject(message.ranges[j], options, _depth + 1);
                }
                return object;
            };

            Resend.prototype.toJSON = function() {
                return Resend.toObject(this, $protobuf.util.toJSONOptions);
            };

            Resend.Range = (function() {

                const Range = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Range.prototype.from = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                Range.prototype.to = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                Range.create = function(properties) {
                    return new Range(properties);
                };

                Range.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.from != null && $Object.hasOwnProperty.call(message, "from") && (typeof message.from === "object" ? message.from.low || message.from.high : message.from !== 0))
                        writer.uint32(8).uint64(message.from);
                    if (message.to != null && $Object.hasOwnProperty.call(message, "to") && (typeof message.to === "object" ? message.to.low || message.to.high : message.to !== 0))
                        writer.uint32(16).uint64(message.to);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Range.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.sealcam.link.Resend.Range();
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
                                    message.from = value;
                                else
                                    delete message.from;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.to = value;
                                else
                                    delete message.to;
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

                Range.fromObject = function (object, _depth) {
                    if (object instanceof $root.sealcam.link.Resend.Range)
                        return object;
                    if (!$util.isObject(object))
                        throw $TypeError(".sealcam.link.Resend.Range: object expected");
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    let message = new $root.sealcam.link.Resend.Range();
                    if (object.from != null)
                        if (typeof object.from === "object" ? object.from.low || object.from.high : $Number(object.from) !== 0)
                            if ($util.Long)
                                message.from = $util.Long.fromValue(object.from, true);
                            else if (typeof object.from === "string")
                                message.from = $parseInt(object.from, 10);
                            else if (typeof object.from === "number")
                                message.from = object.from;
                            else if (typeof object.from === "object")
                                message.from = new $util.LongBits(object.from.low >>> 0, object.from.high >>> 0).toNumber(true);
                    if (object.to != null)
                        if (typeof object.to === "object" ? object.to.low || object.to.high : $Number(object.to) !== 0)
                            if ($util.Long)
                                message.to = $util.Long.fromValue(object.to, true);
                            else if (typeof object.to === "string")
                                message.to = $parseInt(object.to, 10);
                            else if (typeof object.to === "number")
                                message.to = object.to;
                            else if (typeof object.to === "object")
                                message.to = new $util.LongBits(object.to.low >>> 0, object.to.high >>> 0).toNumber(true);
                    return message;
                };

                Range.toObject = function (message, options, _depth) {
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
                            object.from = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                        } else
                            object.from = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                        if ($util.Long) {
                            let long = new $util.Long(0, 0, true);
                            object.to = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                        } else
                            object.to = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    }
                    if (message.from != null && $Object.hasOwnProperty.call(message, "from"))
                        if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                            object.from = typeof message.from === "number" ? $BigInt(message.from) : $util.Long.fromBits(message.from.low >>> 0, message.from.high >>> 0, true).toBigInt();
                        else if (typeof message.from === "number")
                            object.from = options.longs === $String ? $String(message.from) : message.from;
                        else
                            object.from = options.longs === $String ? $util.Long.prototype.toString.call(message.from) : options.longs === $Number ? new $util.LongBits(message.from.low >>> 0, message.from.high >>> 0).toNumber(true) : message.from;
                    if (message.to != null && $Object.hasOwnProperty.call(message, "to"))
                        if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                            object.to = typeof message.to === "number" ? $BigInt(message.to) : $util.Long.fromBits(message.to.low >>> 0, message.to.high >>> 0, true).toBigInt();
                        else if (typeof message.to === "number")
                            object.to = options.longs === $String ? $String(message.to) : message.to;
                        else
                            object.to = options.longs === $String ? $util.Long.prototype.toString.call(message.to) : options.longs === $Number ? new $util.LongBits(message.to.low >>> 0, message.to.high >>> 0).toNumber(true) : message.to;
                    return object;
                };

                Range.prototype.toJSON = function() {
                    return Range.toObject(this, $protobuf.util.toJSONOptions);
                };

                return Range;
            })();

            return Resend;
        })();

        link.StreamParameters = (function() {

            const StreamParameters = function (properties) {
                this.tracks = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            StreamParameters.prototype.tracks = $util.emptyArray;

            StreamParameters.create = function(properties) {
                return new StreamParameters(properties);
            };

            StreamParameters.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.tracks != null && message.tracks.length)
                    for (let i = 0; i < message.tracks.length; ++i)
                        $root.sealcam.link.StreamParameters.Track.encode(message.tracks[i], writer.uint32(10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            StreamParameters.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.link.StreamParameters();
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
                            if (!(message.tracks && message.tracks.length))
                                message.tracks = [];
                            message.tracks.push($root.sealcam.link.StreamParameters.Track.decode(reader, reader.size(), $undefined, _depth + 1));
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

            StreamParameters.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.StreamParameters)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.StreamParameters: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.StreamParameters();
                if (object.tracks) {
                    if (!$Array.isArray(object.tracks))
                        throw $TypeError(".sealcam.link.StreamParameters.tracks: array expected");
                    message.tracks = $Array(object.tracks.length);
                    for (let i = 0; i < object.tracks.length; ++i) {
                        if (!$util.isObject(object.tracks[i]))
                            throw $TypeError(".sealcam.link.StreamParameters.tracks: object expected");
                        message.tracks[i] = $root.sealcam.link.StreamParameters.Track.fromObject(object.tracks[i], _depth + 1);
                    }
                }
                return message;
            };

            StreamParameters.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.tracks = [];
                if (message.tracks && message.tracks.length) {
                    object.tracks = $Array(message.tracks.length);
                    for (let j = 0; j < message.tracks.length; ++j)
                        object.tracks[j] = $root.sealcam.link.StreamParameters.Track.toObject(message.tracks[j], options, _depth + 1);
                }
                return object;
            };

            StreamParameters.prototype.toJSON = function() {
                return StreamParameters.toObject(this, $protobuf.util.toJSONOptions);
            };

            StreamParameters.Track = (function() {

                const Track = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Track.prototype.track = 0;
                Track.prototype.kind = 0;
                Track.prototype.codec = 0;
                Track.prototype.timescale = 0;
                Track.prototype.width = 0;
                Track.prototype.height = 0;
                Track.prototype.sampleRate = 0;
                Track.prototype.channels = 0;
                Track.prototype.description = $util.newBuffer([]);
                Track.prototype.codecString = "";
                Track.prototype.rotation = 0;
                Track.prototype.pixelAspectHorizontal = 0;
                Track.prototype.pixelAspectVertical = 0;

                Track.create = function(properties) {
                    return new Track(properties);
                };

                Track.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.track != null && $Object.hasOwnProperty.call(message, "track") && message.track !== 0)
                        writer.uint32(8).uint32(message.track);
                    if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                        writer.uint32(16).int32(message.kind);
                    if (message.codec != null && $Object.hasOwnProperty.call(message, "codec") && message.codec !== 0)
                        writer.uint32(24).int32(message.codec);
                    if (message.timescale != null && $Object.hasOwnProperty.call(message, "timescale") && message.timescale !== 0)
                        writer.uint32(32).uint32(message.timescale);
                    if (message.width != null && $Object.hasOwnProperty.call(message, "width") && message.width !== 0)
                        writer.uint32(40).uint32(message.width);
                    if (message.height != null && $Object.hasOwnProperty.call(message, "height") && message.height !== 0)
                        writer.uint32(48).uint32(message.height);
                    if (message.sampleRate != null && $Object.hasOwnProperty.call(message, "sampleRate") && message.sampleRate !== 0)
                        writer.uint32(56).uint32(message.sampleRate);
                    if (message.channels != null && $Object.hasOwnProperty.call(message, "channels") && message.channels !== 0)
                        writer.uint32(64).uint32(message.channels);
                    if (message.description != null && $Object.hasOwnProperty.call(message, "description") && message.description.length)
                        writer.uint32(74).bytes(message.description);
                    if (message.codecString != null && $Object.hasOwnProperty.call(message, "codecString") && message.codecString !== "")
                        writer.uint32(82).string(message.codecString);
                    if (message.rotation != null && $Object.hasOwnProperty.call(message, "rotation") && message.rotation !== 0)
                        writer.uint32(88).uint32(message.rotation);
                    if (message.pixelAspectHorizontal != null && $Object.hasOwnProperty.call(message, "pixelAspectHorizontal") && message.pixelAspectHorizontal !== 0)
                        writer.uint32(96).uint32(message.pixelAspectHorizontal);
                    if (message.pixelAspectVertical != null && $Object.hasOwnProperty.call(message, "pixelAspectVertical") && message.pixelAspectVertical !== 0)
                        writer.uint32(104).uint32(message.pixelAspectVertical);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Track.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.sealcam.link.StreamParameters.Track();
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
                                    message.track = value;
                                else
                                    delete message.track;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.kind = value;
                                else
                                    delete message.kind;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.codec = value;
                                else
                                    delete message.codec;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.timescale = value;
                                else
                                    delete message.timescale;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.width = value;
                                else
                                    delete message.width;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.height = value;
                                else
                                    delete message.height;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.sampleRate = value;
                                else
                                    delete message.sampleRate;
                                continue;
                            }
                        case 8: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.channels = value;
                                else
                                    delete message.channels;
                                continue;
                            }
                        case 9: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.description = value;
                                else
                                    delete message.description;
                                continue;
                            }
                        case 10: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.codecString = value;
                                else
                                    delete message.codecString;
                                continue;
                            }
                        case 11: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.rotation = value;
                                else
                                    delete message.rotation;
                                continue;
                            }
                        case 12: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.pixelAspectHorizontal = value;
                                else
                                    delete message.pixelAspectHorizontal;
                                continue;
                            }
                        case 13: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.pixelAspectVertical = value;
                                else
                                    delete message.pixelAspectVertical;
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

                Track.fromObject = function (object, _depth) {
                    if (object instanceof $root.sealcam.link.StreamParameters.Track)
                        return object;
                    if (!$util.isObject(object))
                        throw $TypeError(".sealcam.link.StreamParameters.Track: object expected");
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    let message = new $root.sealcam.link.StreamParameters.Track();
                    if (object.track != null)
                        if ($Number(object.track) !== 0)
                            message.track = object.track >>> 0;
                    if (object.kind !== 0 && (typeof object.kind !== "string" || $root.sealcam.link.TrackKind[object.kind] !== 0))
                        switch (object.kind) {
                        case "TRACK_KIND_UNSPECIFIED":
                        case 0:
                            message.kind = 0;
                            break;
                        case "TRACK_KIND_VIDEO":
                        case 1:
                            message.kind = 1;
                            break;
                        case "TRACK_KIND_AUDIO":
                        case 2:
                            message.kind = 2;
                            break;
                        default:
                            if (typeof object.kind === "number" && (object.kind | 0) === object.kind)
                                message.kind = object.kind;
                        }
                    if (object.codec !== 0 && (typeof object.codec !== "string" || $root.sealcam.link.Codec[object.codec] !== 0))
                        switch (object.codec) {
                        case "CODEC_UNSPECIFIED":
                        case 0:
                            message.codec = 0;
                            break;
                        case "CODEC_H264":
                        case 1:
                            message.codec = 1;
                            break;
                        case "CODEC_H265":
                        case 2:
                            message.codec = 2;
                            break;
                        case "CODEC_AAC":
                        case 3:
                            message.codec = 3;
                            break;
                        default:
                            if (typeof object.codec === "number" && (object.codec | 0) === object.codec)
                                message.codec = object.codec;
                        }
                    if (object.timescale != null)
                        if ($Number(object.timescale) !== 0)
                            message.timescale = object.timescale >>> 0;
                    if (object.width != null)
                        if ($Number(object.width) !== 0)
                            message.width = object.width >>> 0;
                    if (object.height != null)
                        if ($Number(object.height) !== 0)
                            message.height = object.height >>> 0;
                    if (object.sampleRate != null)
                        if ($Number(object.sampleRate) !== 0)
                            message.sampleRate = object.sampleRate >>> 0;
                    if (object.channels != null)
                        if ($Number(object.channels) !== 0)
                            message.channels = object.channels >>> 0;
                    if (object.description != null)
                        if (object.description.length)
                            if (typeof object.description === "string")
                                $util.base64.decode(object.description, message.description = $util.newBuffer($util.base64.length(object.description)), 0);
                            else if (object.description.length >= 0)
                                message.description = object.description;
                    if (object.codecString != null)
                        if (typeof object.codecString !== "string" || object.codecString.length)
                            message.codecString = $String(object.codecString);
                    if (object.rotation != null)
                        if ($Number(object.rotation) !== 0)
                            message.rotation = object.rotation >>> 0;
                    if (object.pixelAspectHorizontal != null)
                        if ($Number(object.pixelAspectHorizontal) !== 0)
                            message.pixelAspectHorizontal = object.pixelAspectHorizontal >>> 0;
                    if (object.pixelAspectVertical != null)
                        if ($Number(object.pixelAspectVertical) !== 0)
                            message.pixelAspectVertical = object.pixelAspectVertical >>> 0;
                    return message;
                };

                Track.toObject = function (message, options, _depth) {
                    if (!options)
                        options = {};
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    let object = {};
                    if (options.defaults) {
                        object.track = 0;
                        object.kind = options.enums === $String ? "TRACK_KIND_UNSPECIFIED" : 0;
                        object.codec = options.enums === $String ? "CODEC_UNSPECIFIED" : 0;
                        object.timescale = 0;
                        object.width = 0;
                        object.height = 0;
                        object.sampleRate = 0;
                        object.channels = 0;
                        if (options.bytes === $String)
                            object.description = "";
                        else {
                            object.description = [];
                            if (options.bytes !== $Array)
                                object.description = $util.newBuffer(object.description);
                        }
                        object.codecString = "";
                        object.rotation = 0;
                        object.pixelAspectHorizontal = 0;
                        object.pixelAspectVertical = 0;
                    }
                    if (message.track != null && $Object.hasOwnProperty.call(message, "track"))
                        object.track = message.track;
                    if (message.kind != null && $Object.hasOwnProperty.call(message, "kind"))
                        object.kind = options.enums === $String ? $root.sealcam.link.TrackKind[message.kind] === $undefined ? message.kind : $root.sealcam.link.TrackKind[message.kind] : message.kind;
                    if (message.codec != null && $Object.hasOwnProperty.call(message, "codec"))
                        object.codec = options.enums === $String ? $root.sealcam.link.Codec[message.codec] === $undefined ? message.codec : $root.sealcam.link.Codec[message.codec] : message.codec;
                    if (message.timescale != null && $Object.hasOwnProperty.call(message, "timescale"))
                        object.timescale = message.timescale;
                    if (message.width != null && $Object.hasOwnProperty.call(message, "width"))
                        object.width = message.width;
                    if (message.height != null && $Object.hasOwnProperty.call(message, "height"))
                        object.height = message.height;
                    if (message.sampleRate != null && $Object.hasOwnProperty.call(message, "sampleRate"))
                        object.sampleRate = message.sampleRate;
                    if (message.channels != null && $Object.hasOwnProperty.call(message, "channels"))
                        object.channels = message.channels;
                    if (message.description != null && $Object.hasOwnProperty.call(message, "description"))
                        object.description = options.bytes === $String ? $util.base64.encode(message.description, 0, message.description.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.description) : message.description;
                    if (message.codecString != null && $Object.hasOwnProperty.call(message, "codecString"))
                        object.codecString = message.codecString;
                    if (message.rotation != null && $Object.hasOwnProperty.call(message, "rotation"))
                        object.rotation = message.rotation;
                    if (message.pixelAspectHorizontal != null && $Object.hasOwnProperty.call(message, "pixelAspectHorizontal"))
                        object.pixelAspectHorizontal = message.pixelAspectHorizontal;
                    if (message.pixelAspectVertical != null && $Object.hasOwnProperty.call(message, "pixelAspectVertical"))
                        object.pixelAspectVertical = message.pixelAspectVertical;
                    return object;
                };

                Track.prototype.toJSON = function() {
                    return Track.toObject(this, $protobuf.util.toJSONOptions);
                };

                return Track;
            })();

            return StreamParameters;
        })();

        link.MediaSample = (function() {

            const MediaSample = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            MediaSample.prototype.track = 0;
            MediaSample.prototype.pts = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            MediaSample.prototype.dts = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            MediaSample.prototype.duration = 0;
            MediaSample.prototype.captureUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            MediaSample.prototype.key = false;
            MediaSample.prototype.size = 0;
            MediaSample.prototype.offset = 0;
            MediaSample.prototype.data = $util.newBuffer([]);

            MediaSample.create = function(properties) {
                return new MediaSample(properties);
            };

            MediaSample.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.track != null && $Object.hasOwnProperty.call(message, "track") && message.track !== 0)
                    writer.uint32(8).uint32(message.track);
                if (message.pts != null && $Object.hasOwnProperty.call(message, "pts") && (typeof message.pts === "object" ? message.pts.low || message.pts.high : message.pts !== 0))
                    writer.uint32(16).sint64(message.pts);
                if (message.dts != null && $Object.hasOwnProperty.call(message, "dts") && (typeof message.dts === "object" ? message.dts.low || message.dts.high : message.dts !== 0))
                    writer.uint32(24).sint64(message.dts);
                if (message.duration != null && $Object.hasOwnProperty.call(message, "duration") && message.duration !== 0)
                    writer.uint32(32).uint32(message.duration);
                if (message.captureUs != null && $Object.hasOwnProperty.call(message, "captureUs") && (typeof message.captureUs === "object" ? message.captureUs.low || message.captureUs.high : message.captureUs !== 0))
                    writer.uint32(40).uint64(message.captureUs);
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== false)
                    writer.uint32(48).bool(message.key);
                if (message.size != null && $Object.hasOwnProperty.call(message, "size") && message.size !== 0)
                    writer.uint32(56).uint32(message.size);
                if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && message.offset !== 0)
                    writer.uint32(64).uint32(message.offset);
                if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                    writer.uint32(74).bytes(message.data);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            MediaSample.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.MediaSample();
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
                                message.track = value;
                            else
                                delete message.track;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.sint64()) === "object" ? value.low || value.high : value !== 0)
                                message.pts = value;
                            else
                                delete message.pts;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.sint64()) === "object" ? value.low || value.high : value !== 0)
                                message.dts = value;
                            else
                                delete message.dts;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.duration = value;
                            else
                                delete message.duration;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.captureUs = value;
                            else
                                delete message.captureUs;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.size = value;
                            else
                                delete message.size;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.offset = value;
                            else
                                delete message.offset;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.data = value;
                            else
                                delete message.data;
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

            MediaSample.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.MediaSample)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.MediaSample: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.MediaSample();
                if (object.track != null)
                    if ($Number(object.track) !== 0)
                        message.track = object.track >>> 0;
                if (object.pts != null)
                    if (typeof object.pts === "object" ? object.pts.low || object.pts.high : $Number(object.pts) !== 0)
                        if ($util.Long)
                            message.pts = $util.Long.fromValue(object.pts, false);
                        else if (typeof object.pts === "string")
                            message.pts = $parseInt(object.pts, 10);
                        else if (typeof object.pts === "number")
                            message.pts = object.pts;
                        else if (typeof object.pts === "object")
                            message.pts = new $util.LongBits(object.pts.low >>> 0, object.pts.high >>> 0).toNumber();
                if (object.dts != null)
                    if (typeof object.dts === "object" ? object.dts.low || object.dts.high : $Number(object.dts) !== 0)
                        if ($util.Long)
                            message.dts = $util.Long.fromValue(object.dts, false);
                        else if (typeof object.dts === "string")
                            message.dts = $parseInt(object.dts, 10);
                        else if (typeof object.dts === "number")
                            message.dts = object.dts;
                        else if (typeof object.dts === "object")
                            message.dts = new $util.LongBits(object.dts.low >>> 0, object.dts.high >>> 0).toNumber();
                if (object.duration != null)
                    if ($Number(object.duration) !== 0)
                        message.duration = object.duration >>> 0;
                if (object.captureUs != null)
                    if (typeof object.captureUs === "object" ? object.captureUs.low || object.captureUs.high : $Number(object.captureUs) !== 0)
                        if ($util.Long)
                            message.captureUs = $util.Long.fromValue(object.captureUs, true);
                        else if (typeof object.captureUs === "string")
                            message.captureUs = $parseInt(object.captureUs, 10);
                        else if (typeof object.captureUs === "number")
                            message.captureUs = object.captureUs;
                        else if (typeof object.captureUs === "object")
                            message.captureUs = new $util.LongBits(object.captureUs.low >>> 0, object.captureUs.high >>> 0).toNumber(true);
                if (object.key != null)
                    if (object.key)
                        message.key = $Boolean(object.key);
                if (object.size != null)
                    if ($Number(object.size) !== 0)
                        message.size = object.size >>> 0;
                if (object.offset != null)
                    if ($Number(object.offset) !== 0)
                        message.offset = object.offset >>> 0;
                if (object.data != null)
                    if (object.data.length)
                        if (typeof object.data === "string")
                            $util.base64.decode(object.data, message.data = $util.newBuffer($util.base64.length(object.data)), 0);
                        else if (object.data.length >= 0)
                            message.data = object.data;
                return message;
            };

            MediaSample.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.track = 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, false);
                        object.pts = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.pts = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, false);
                        object.dts = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.dts = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.duration = 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.captureUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.captureUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.key = false;
                    object.size = 0;
                    object.offset = 0;
                    if (options.bytes === $String)
                        object.data = "";
                    else {
                        object.data = [];
                        if (options.bytes !== $Array)
                            object.data = $util.newBuffer(object.data);
                    }
                }
                if (message.track != null && $Object.hasOwnProperty.call(message, "track"))
                    object.track = message.track;
                if (message.pts != null && $Object.hasOwnProperty.call(message, "pts"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.pts = typeof message.pts === "number" ? $BigInt(message.pts) : $util.Long.fromBits(message.pts.low >>> 0, message.pts.high >>> 0, false).toBigInt();
                    else if (typeof message.pts === "number")
                        object.pts = options.longs === $String ? $String(message.pts) : message.pts;
                    else
                        object.pts = options.longs === $String ? $util.Long.prototype.toString.call(message.pts) : options.longs === $Number ? new $util.LongBits(message.pts.low >>> 0, message.pts.high >>> 0).toNumber() : message.pts;
                if (message.dts != null && $Object.hasOwnProperty.call(message, "dts"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.dts = typeof message.dts === "number" ? $BigInt(message.dts) : $util.Long.fromBits(message.dts.low >>> 0, message.dts.high >>> 0, false).toBigInt();
                    else if (typeof message.dts === "number")
                        object.dts = options.longs === $String ? $String(message.dts) : message.dts;
                    else
                        object.dts = options.longs === $String ? $util.Long.prototype.toString.call(message.dts) : options.longs === $Number ? new $util.LongBits(message.dts.low >>> 0, message.dts.high >>> 0).toNumber() : message.dts;
                if (message.duration != null && $Object.hasOwnProperty.call(message, "duration"))
                    object.duration = message.duration;
                if (message.captureUs != null && $Object.hasOwnProperty.call(message, "captureUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.captureUs = typeof message.captureUs === "number" ? $BigInt(message.captureUs) : $util.Long.fromBits(message.captureUs.low >>> 0, message.captureUs.high >>> 0, true).toBigInt();
                    else if (typeof message.captureUs === "number")
                        object.captureUs = options.longs === $String ? $String(message.captureUs) : message.captureUs;
                    else
                        object.captureUs = options.longs === $String ? $util.Long.prototype.toString.call(message.captureUs) : options.longs === $Number ? new $util.LongBits(message.captureUs.low >>> 0, message.captureUs.high >>> 0).toNumber(true) : message.captureUs;
                if (message.key != null && $Object.hasOwnProperty.call(message, "key"))
                    object.key = message.key;
                if (message.size != null && $Object.hasOwnProperty.call(message, "size"))
                    object.size = message.size;
                if (message.offset != null && $Object.hasOwnProperty.call(message, "offset"))
                    object.offset = message.offset;
                if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                    object.data = options.bytes === $String ? $util.base64.encode(message.data, 0, message.data.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.data) : message.data;
                return object;
            };

            MediaSample.prototype.toJSON = function() {
                return MediaSample.toObject(this, $protobuf.util.toJSONOptions);
            };

            return MediaSample;
        })();

        link.Position = (function() {

            const Position = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Position.prototype.latitude = 0;
            Position.prototype.longitude = 0;
            Position.prototype.altitude = 0;
            Position.prototype.accuracy = 0;
            Position.prototype.utcUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Position.prototype.satellites = 0;

            Position.create = function(properties) {
                return new Position(properties);
            };

            Position.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.latitude != null && $Object.hasOwnProperty.call(message, "latitude") && !$Object.is(message.latitude, 0))
                    writer.uint32(9).double(message.latitude);
                if (message.longitude != null && $Object.hasOwnProperty.call(message, "longitude") && !$Object.is(message.longitude, 0))
                    writer.uint32(17).double(message.longitude);
                if (message.altitude != null && $Object.hasOwnProperty.call(message, "altitude") && !$Object.is(message.altitude, 0))
                    writer.uint32(25).double(message.altitude);
                if (message.accuracy != null && $Object.hasOwnProperty.call(message, "accuracy") && !$Object.is(message.accuracy, 0))
                    writer.uint32(33).double(message.accuracy);
                if (message.utcUs != null && $Object.hasOwnProperty.call(message, "utcUs") && (typeof message.utcUs === "object" ? message.utcUs.low || message.utcUs.high : message.utcUs !== 0))
                    writer.uint32(40).uint64(message.utcUs);
                if (message.satellites != null && $Object.hasOwnProperty.call(message, "satellites") && message.satellites !== 0)
                    writer.uint32(48).uint32(message.satellites);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Position.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.Position();
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
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.latitude = value;
                            else
                                delete message.latitude;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.longitude = value;
                            else
                                delete message.longitude;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.altitude = value;
                            else
                                delete message.altitude;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.accuracy = value;
                            else
                                delete message.accuracy;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.utcUs = value;
                            else
                                delete message.utcUs;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.satellites = value;
                            else
                                delete message.satellites;
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

            Position.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.Position)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.Position: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.Position();
                if (object.latitude != null)
                    if (!$Object.is($Number(object.latitude), 0))
                        message.latitude = $Number(object.latitude);
                if (object.longitude != null)
                    if (!$Object.is($Number(object.longitude), 0))
                        message.longitude = $Number(object.longitude);
                if (object.altitude != null)
                    if (!$Object.is($Number(object.altitude), 0))
                        message.altitude = $Number(object.altitude);
                if (object.accuracy != null)
                    if (!$Object.is($Number(object.accuracy), 0))
                        message.accuracy = $Number(object.accuracy);
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
                if (object.satellites != null)
                    if ($Number(object.satellites) !== 0)
                        message.satellites = object.satellites >>> 0;
                return message;
            };

            Position.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.latitude = 0;
                    object.longitude = 0;
                    object.altitude = 0;
                    object.accuracy = 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.utcUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.utcUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.satellites = 0;
                }
                if (message.latitude != null && $Object.hasOwnProperty.call(message, "latitude"))
                    object.latitude = options.json && !$isFinite(message.latitude) ? $String(message.latitude) : message.latitude;
                if (message.longitude != null && $Object.hasOwnProperty.call(message, "longitude"))
                    object.longitude = options.json && !$isFinite(message.longitude) ? $String(message.longitude) : message.longitude;
                if (message.altitude != null && $Object.hasOwnProperty.call(message, "altitude"))
                    object.altitude = options.json && !$isFinite(message.altitude) ? $String(message.altitude) : message.altitude;
                if (message.accuracy != null && $Object.hasOwnProperty.call(message, "accuracy"))
                    object.accuracy = options.json && !$isFinite(message.accuracy) ? $String(message.accuracy) : message.accuracy;
                if (message.utcUs != null && $Object.hasOwnProperty.call(message, "utcUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.utcUs = typeof message.utcUs === "number" ? $BigInt(message.utcUs) : $util.Long.fromBits(message.utcUs.low >>> 0, message.utcUs.high >>> 0, true).toBigInt();
                    else if (typeof message.utcUs === "number")
                        object.utcUs = options.longs === $String ? $String(message.utcUs) : message.utcUs;
                    else
                        object.utcUs = options.longs === $String ? $util.Long.prototype.toString.call(message.utcUs) : options.longs === $Number ? new $util.LongBits(message.utcUs.low >>> 0, message.utcUs.high >>> 0).toNumber(true) : message.utcUs;
                if (message.satellites != null && $Object.hasOwnProperty.call(message, "satellites"))
                    object.satellites = message.satellites;
                return object;
            };

            Position.prototype.toJSON = function() {
                return Position.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Position;
        })();

        link.Motion = (function() {

            const Motion = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Motion.prototype.x = 0;
            Motion.prototype.y = 0;
            Motion.prototype.z = 0;

            Motion.create = function(properties) {
                return new Motion(properties);
            };

            Motion.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.x != null && $Object.hasOwnProperty.call(message, "x") && !$Object.is(message.x, 0))
                    writer.uint32(13).float(message.x);
                if (message.y != null && $Object.hasOwnProperty.call(message, "y") && !$Object.is(message.y, 0))
                    writer.uint32(21).float(message.y);
                if (message.z != null && $Object.hasOwnProperty.call(message, "z") && !$Object.is(message.z, 0))
                    writer.uint32(29).float(message.z);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Motion.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.Motion();
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
                            if (wireType !== 5)
                                break;
                            if (!$Object.is(value = reader.float(), 0))
                                message.x = value;
                            else
                                delete message.x;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 5)
                                break;
                            if (!$Object.is(value = reader.float(), 0))
                                message.y = value;
                            else
                                delete message.y;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 5)
                                break;
                            if (!$Object.is(value = reader.float(), 0))
                                message.z = value;
                            else
                                delete message.z;
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

            Motion.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.Motion)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.Motion: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.Motion();
                if (object.x != null)
                    if (!$Object.is($Number(object.x), 0))
                        message.x = $Number(object.x);
                if (object.y != null)
                    if (!$Object.is($Number(object.y), 0))
                        message.y = $Number(object.y);
                if (object.z != null)
                    if (!$Object.is($Number(object.z), 0))
                        message.z = $Number(object.z);
                return message;
            };

            Motion.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.x = 0;
                    object.y = 0;
                    object.z = 0;
                }
                if (message.x != null && $Object.hasOwnProperty.call(message, "x"))
                    object.x = options.json && !$isFinite(message.x) ? $String(message.x) : message.x;
                if (message.y != null && $Object.hasOwnProperty.call(message, "y"))
                    object.y = options.json && !$isFinite(message.y) ? $String(message.y) : message.y;
                if (message.z != null && $Object.hasOwnProperty.call(message, "z"))
                    object.z = options.json && !$isFinite(message.z) ? $String(message.z) : message.z;
                return object;
            };

            Motion.prototype.toJSON = function() {
                return Motion.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Motion;
        })();

        link.Battery = (function() {

            const Battery = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Battery.prototype.percent = 0;
            Battery.prototype.millivolts = 0;
            Battery.prototype.charging = false;

            Battery.create = function(properties) {
                return new Battery(properties);
            };

            Battery.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.percent != null && $Object.hasOwnProperty.call(message, "percent") && !$Object.is(message.percent, 0))
                    writer.uint32(13).float(message.percent);
                if (message.millivolts != null && $Object.hasOwnProperty.call(message, "millivolts") && message.millivolts !== 0)
                    writer.uint32(16).uint32(message.millivolts);
                if (message.charging != null && $Object.hasOwnProperty.call(message, "charging") && message.charging !== false)
                    writer.uint32(24).bool(message.charging);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Battery.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.Battery();
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
                            if (wireType !== 5)
                                break;
                            if (!$Object.is(value = reader.float(), 0))
                                message.percent = value;
                            else
                                delete message.percent;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.millivolts = value;
                            else
                                delete message.millivolts;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.charging = value;
                            else
                                delete message.charging;
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

            Battery.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.Battery)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.Battery: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.Battery();
                if (object.percent != null)
                    if (!$Object.is($Number(object.percent), 0))
                        message.percent = $Number(object.percent);
                if (object.millivolts != null)
                    if ($Number(object.millivolts) !== 0)
                        message.millivolts = object.millivolts >>> 0;
                if (object.charging != null)
                    if (object.charging)
                        message.charging = $Boolean(object.charging);
                return message;
            };

            Battery.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.percent = 0;
                    object.millivolts = 0;
                    object.charging = false;
                }
                if (message.percent != null && $Object.hasOwnProperty.call(message, "percent"))
                    object.percent = options.json && !$isFinite(message.percent) ? $String(message.percent) : message.percent;
                if (message.millivolts != null && $Object.hasOwnProperty.call(message, "millivolts"))
                    object.millivolts = message.millivolts;
                if (message.charging != null && $Object.hasOwnProperty.call(message, "charging"))
                    object.charging = message.charging;
                return object;
            };

            Battery.prototype.toJSON = function() {
                return Battery.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Battery;
        })();

        link.Telemetry = (function() {

            const Telemetry = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Telemetry.prototype.captureUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Telemetry.prototype.position = null;
            Telemetry.prototype.motion = null;
            Telemetry.prototype.battery = null;
            Telemetry.prototype.temperature = null;

            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Telemetry.prototype, "_temperature", {
                get: $util.oneOfGetter($oneOfFields = ["temperature"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            Telemetry.create = function(properties) {
                return new Telemetry(properties);
            };

            Telemetry.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.captureUs != null && $Object.hasOwnProperty.call(message, "captureUs") && (typeof message.captureUs === "object" ? message.captureUs.low || message.captureUs.high : message.captureUs !== 0))
                    writer.uint32(8).uint64(message.captureUs);
                if (message.position != null && $Object.hasOwnProperty.call(message, "position"))
                    $root.sealcam.link.Position.encode(message.position, writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.motion != null && $Object.hasOwnProperty.call(message, "motion"))
                    $root.sealcam.link.Motion.encode(message.motion, writer.uint32(26).fork(), _depth + 1).ldelim();
                if (message.battery != null && $Object.hasOwnProperty.call(message, "battery"))
                    $root.sealcam.link.Battery.encode(message.battery, writer.uint32(34).fork(), _depth + 1).ldelim();
                if (message.temperature != null && $Object.hasOwnProperty.call(message, "temperature"))
                    writer.uint32(45).float(message.temperature);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Telemetry.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.Telemetry();
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
                                message.captureUs = value;
                            else
                                delete message.captureUs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.position = $root.sealcam.link.Position.decode(reader, reader.size(), $undefined, _depth + 1, message.position);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.motion = $root.sealcam.link.Motion.decode(reader, reader.size(), $undefined, _depth + 1, message.motion);
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.battery = $root.sealcam.link.Battery.decode(reader, reader.size(), $undefined, _depth + 1, message.battery);
                            continue;
                        }
                    case 5: {
                            if (wireType !== 5)
                                break;
                            message.temperature = reader.float();
                            message._temperature = "temperature";
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

            Telemetry.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.Telemetry)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.Telemetry: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.Telemetry();
                if (object.captureUs != null)
                    if (typeof object.captureUs === "object" ? object.captureUs.low || object.captureUs.high : $Number(object.captureUs) !== 0)
                        if ($util.Long)
                            message.captureUs = $util.Long.fromValue(object.captureUs, true);
                        else if (typeof object.captureUs === "string")
                            message.captureUs = $parseInt(object.captureUs, 10);
                        else if (typeof object.captureUs === "number")
                            message.captureUs = object.captureUs;
                        else if (typeof object.captureUs === "object")
                            message.captureUs = new $util.LongBits(object.captureUs.low >>> 0, object.captureUs.high >>> 0).toNumber(true);
                if (object.position != null) {
                    if (!$util.isObject(object.position))
                        throw $TypeError(".sealcam.link.Telemetry.position: object expected");
                    message.position = $root.sealcam.link.Position.fromObject(object.position, _depth + 1);
                }
                if (object.motion != null) {
                    if (!$util.isObject(object.motion))
                        throw $TypeError(".sealcam.link.Telemetry.motion: object expected");
                    message.motion = $root.sealcam.link.Motion.fromObject(object.motion, _depth + 1);
                }
                if (object.battery != null) {
                    if (!$util.isObject(object.battery))
                        throw $TypeError(".sealcam.link.Telemetry.battery: object expected");
                    message.battery = $root.sealcam.link.Battery.fromObject(object.battery, _depth + 1);
                }
                if (object.temperature != null)
                    message.temperature = $Number(object.temperature);
                return message;
            };

            Telemetry.toObject = function (message, options, _depth) {
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
                        object.captureUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.captureUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.position = null;
                    object.motion = null;
                    object.battery = null;
                }
                if (message.captureUs != null && $Object.hasOwnProperty.call(message, "captureUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.captureUs = typeof message.captureUs === "number" ? $BigInt(message.captureUs) : $util.Long.fromBits(message.captureUs.low >>> 0, message.captureUs.high >>> 0, true).toBigInt();
                    else if (typeof message.captureUs === "number")
                        object.captureUs = options.longs === $String ? $String(message.captureUs) : message.captureUs;
                    else
                        object.captureUs = options.longs === $String ? $util.Long.prototype.toString.call(message.captureUs) : options.longs === $Number ? new $util.LongBits(message.captureUs.low >>> 0, message.captureUs.high >>> 0).toNumber(true) : message.captureUs;
                if (message.position != null && $Object.hasOwnProperty.call(message, "position"))
                    object.position = $root.sealcam.link.Position.toObject(message.position, options, _depth + 1);
                if (message.motion != null && $Object.hasOwnProperty.call(message, "motion"))
                    object.motion = $root.sealcam.link.Motion.toObject(message.motion, options, _depth + 1);
                if (message.battery != null && $Object.hasOwnProperty.call(message, "battery"))
                    object.battery = $root.sealcam.link.Battery.toObject(message.battery, options, _depth + 1);
                if (message.temperature != null && $Object.hasOwnProperty.call(message, "temperature"))
                    object.temperature = options.json && !$isFinite(message.temperature) ? $String(message.temperature) : message.temperature;
                return object;
            };

            Telemetry.prototype.toJSON = function() {
                return Telemetry.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Telemetry;
        })();

        link.Button = (function() {

            const Button = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Button.prototype.captureUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Button.prototype.button = 0;
            Button.prototype.pressed = false;

            Button.create = function(properties) {
                return new Button(properties);
            };

            Button.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.captureUs != null && $Object.hasOwnProperty.call(message, "captureUs") && (typeof message.captureUs === "object" ? message.captureUs.low || message.captureUs.high : message.captureUs !== 0))
                    writer.uint32(8).uint64(message.captureUs);
                if (message.button != null && $Object.hasOwnProperty.call(message, "button") && message.button !== 0)
                    writer.uint32(16).int32(message.button);
                if (message.pressed != null && $Object.hasOwnProperty.call(message, "pressed") && message.pressed !== false)
                    writer.uint32(24).bool(message.pressed);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Button.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.Button();
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
                                message.captureUs = value;
                            else
                                delete message.captureUs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.button = value;
                            else
                                delete message.button;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.pressed = value;
                            else
                                delete message.pressed;
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

            Button.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.Button)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.Button: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.Button();
                if (object.captureUs != null)
                    if (typeof object.captureUs === "object" ? object.captureUs.low || object.captureUs.high : $Number(object.captureUs) !== 0)
                        if ($util.Long)
                            message.captureUs = $util.Long.fromValue(object.captureUs, true);
                        else if (typeof object.captureUs === "string")
                            message.captureUs = $parseInt(object.captureUs, 10);
                        else if (typeof object.captureUs === "number")
                            message.captureUs = object.captureUs;
                        else if (typeof object.captureUs === "object")
                            message.captureUs = new $util.LongBits(object.captureUs.low >>> 0, object.captureUs.high >>> 0).toNumber(true);
                if (object.button !== 0 && (typeof object.button !== "string" || $root.sealcam.link.ButtonKind[object.button] !== 0))
                    switch (object.button) {
                    case "BUTTON_KIND_UNSPECIFIED":
                    case 0:
                        message.button = 0;
                        break;
                    case "BUTTON_KIND_START":
                    case 1:
                        message.button = 1;
                        break;
                    case "BUTTON_KIND_STOP":
                    case 2:
                        message.button = 2;
                        break;
                    case "BUTTON_KIND_BOOKMARK":
                    case 3:
                        message.button = 3;
                        break;
                    case "BUTTON_KIND_MUTE":
                    case 4:
                        message.button = 4;
                        break;
                    case "BUTTON_KIND_DWELLING":
                    case 5:
                        message.button = 5;
                        break;
                    case "BUTTON_KIND_HOLSTER":
                    case 6:
                        message.button = 6;
                        break;
                    case "BUTTON_KIND_PEER":
                    case 7:
                        message.button = 7;
                        break;
                    case "BUTTON_KIND_VEHICLE_LIGHT":
                    case 8:
                        message.button = 8;
                        break;
                    default:
                        if (typeof object.button === "number" && (object.button | 0) === object.button)
                            message.button = object.button;
                    }
                if (object.pressed != null)
                    if (object.pressed)
                        message.pressed = $Boolean(object.pressed);
                return message;
            };

            Button.toObject = function (message, options, _depth) {
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
                        object.captureUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.captureUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.button = options.enums === $String ? "BUTTON_KIND_UNSPECIFIED" : 0;
                    object.pressed = false;
                }
                if (message.captureUs != null && $Object.hasOwnProperty.call(message, "captureUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.captureUs = typeof message.captureUs === "number" ? $BigInt(message.captureUs) : $util.Long.fromBits(message.captureUs.low >>> 0, message.captureUs.high >>> 0, true).toBigInt();
                    else if (typeof message.captureUs === "number")
                        object.captureUs = options.longs === $String ? $String(message.captureUs) : message.captureUs;
                    else
                        object.captureUs = options.longs === $String ? $util.Long.prototype.toString.call(message.captureUs) : options.longs === $Number ? new $util.LongBits(message.captureUs.low >>> 0, message.captureUs.high >>> 0).toNumber(true) : message.captureUs;
                if (message.button != null && $Object.hasOwnProperty.call(message, "button"))
                    object.button = options.enums === $String ? $root.sealcam.link.ButtonKind[message.button] === $undefined ? message.button : $root.sealcam.link.ButtonKind[message.button] : message.button;
                if (message.pressed != null && $Object.hasOwnProperty.call(message, "pressed"))
                    object.pressed = message.pressed;
                return object;
            };

            Button.prototype.toJSON = function() {
                return Button.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Button;
        })();

        link.LampReport = (function() {

            const LampReport = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            LampReport.prototype.captureUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            LampReport.prototype.lamp = 0;

            LampReport.create = function(properties) {
                return new LampReport(properties);
            };

            LampReport.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.captureUs != null && $Object.hasOwnProperty.call(message, "captureUs") && (typeof message.captureUs === "object" ? message.captureUs.low || message.captureUs.high : message.captureUs !== 0))
                    writer.uint32(8).uint64(message.captureUs);
                if (message.lamp != null && $Object.hasOwnProperty.call(message, "lamp") && message.lamp !== 0)
                    writer.uint32(16).int32(message.lamp);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            LampReport.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.LampReport();
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
                                message.captureUs = value;
                            else
                                delete message.captureUs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.lamp = value;
                            else
                                delete message.lamp;
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

            LampReport.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.LampReport)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.LampReport: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.LampReport();
                if (object.captureUs != null)
                    if (typeof object.captureUs === "object" ? object.captureUs.low || object.captureUs.high : $Number(object.captureUs) !== 0)
                        if ($util.Long)
                            message.captureUs = $util.Long.fromValue(object.captureUs, true);
                        else if (typeof object.captureUs === "string")
                            message.captureUs = $parseInt(object.captureUs, 10);
                        else if (typeof object.captureUs === "number")
                            message.captureUs = object.captureUs;
                        else if (typeof object.captureUs === "object")
                            message.captureUs = new $util.LongBits(object.captureUs.low >>> 0, object.captureUs.high >>> 0).toNumber(true);
                if (object.lamp !== 0 && (typeof object.lamp !== "string" || $root.sealcam.link.LampState[object.lamp] !== 0))
                    switch (object.lamp) {
                    case "LAMP_STATE_UNSPECIFIED":
                    case 0:
                        message.lamp = 0;
                        break;
                    case "LAMP_STATE_OFF":
                    case 1:
                        message.lamp = 1;
                        break;
                    case "LAMP_STATE_STANDBY":
                    case 2:
                        message.lamp = 2;
                        break;
                    case "LAMP_STATE_RECORDING":
                    case 3:
                        message.lamp = 3;
                        break;
                    case "LAMP_STATE_ALARM":
                    case 4:
                        message.lamp = 4;
                        break;
                    default:
                        if (typeof object.lamp === "number" && (object.lamp | 0) === object.lamp)
                            message.lamp = object.lamp;
                    }
                return message;
            };

            LampReport.toObject = function (message, options, _depth) {
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
                        object.captureUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.captureUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.lamp = options.enums === $String ? "LAMP_STATE_UNSPECIFIED" : 0;
                }
                if (message.captureUs != null && $Object.hasOwnProperty.call(message, "captureUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.captureUs = typeof message.captureUs === "number" ? $BigInt(message.captureUs) : $util.Long.fromBits(message.captureUs.low >>> 0, message.captureUs.high >>> 0, true).toBigInt();
                    else if (typeof message.captureUs === "number")
                        object.captureUs = options.longs === $String ? $String(message.captureUs) : message.captureUs;
                    else
                        object.captureUs = options.longs === $String ? $util.Long.prototype.toString.call(message.captureUs) : options.longs === $Number ? new $util.LongBits(message.captureUs.low >>> 0, message.captureUs.high >>> 0).toNumber(true) : message.captureUs;
                if (message.lamp != null && $Object.hasOwnProperty.call(message, "lamp"))
                    object.lamp = options.enums === $String ? $root.sealcam.link.LampState[message.lamp] === $undefined ? message.lamp : $root.sealcam.link.LampState[message.lamp] : message.lamp;
                return object;
            };

            LampReport.prototype.toJSON = function() {
                return LampReport.toObject(this, $protobuf.util.toJSONOptions);
            };

            return LampReport;
        })();

        link.Dropped = (function() {

            const Dropped = function (properties) {
                this.tracks = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Dropped.prototype.fromSequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Dropped.prototype.toSequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Dropped.prototype.fromCaptureUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Dropped.prototype.toCaptureUs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Dropped.prototype.tracks = $util.emptyArray;
            Dropped.prototype.other = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            Dropped.create = function(properties) {
                return new Dropped(properties);
            };

            Dropped.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.fromSequence != null && $Object.hasOwnProperty.call(message, "fromSequence") && (typeof message.fromSequence === "object" ? message.fromSequence.low || message.fromSequence.high : message.fromSequence !== 0))
                    writer.uint32(8).uint64(message.fromSequence);
                if (message.toSequence != null && $Object.hasOwnProperty.call(message, "toSequence") && (typeof message.toSequence === "object" ? message.toSequence.low || message.toSequence.high : message.toSequence !== 0))
                    writer.uint32(16).uint64(message.toSequence);
                if (message.fromCaptureUs != null && $Object.hasOwnProperty.call(message, "fromCaptureUs") && (typeof message.fromCaptureUs === "object" ? message.fromCaptureUs.low || message.fromCaptureUs.high : message.fromCaptureUs !== 0))
                    writer.uint32(24).uint64(message.fromCaptureUs);
                if (message.toCaptureUs != null && $Object.hasOwnProperty.call(message, "toCaptureUs") && (typeof message.toCaptureUs === "object" ? message.toCaptureUs.low || message.toCaptureUs.high : message.toCaptureUs !== 0))
                    writer.uint32(32).uint64(message.toCaptureUs);
                if (message.tracks != null && message.tracks.length)
                    for (let i = 0; i < message.tracks.length; ++i)
                        $root.sealcam.link.Dropped.Track.encode(message.tracks[i], writer.uint32(42).fork(), _depth + 1).ldelim();
                if (message.other != null && $Object.hasOwnProperty.call(message, "other") && (typeof message.other === "object" ? message.other.low || message.other.high : message.other !== 0))
                    writer.uint32(48).uint64(message.other);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Dropped.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.Dropped();
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
                                message.fromSequence = value;
                            else
                                delete message.fromSequence;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.toSequence = value;
                            else
                                delete message.toSequence;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.fromCaptureUs = value;
                            else
                                delete message.fromCaptureUs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.toCaptureUs = value;
                            else
                                delete message.toCaptureUs;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.tracks && message.tracks.length))
                                message.tracks = [];
                            message.tracks.push($root.sealcam.link.Dropped.Track.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.other = value;
                            else
                                delete message.other;
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

            Dropped.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.Dropped)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.Dropped: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.Dropped();
                if (object.fromSequence != null)
                    if (typeof object.fromSequence === "object" ? object.fromSequence.low || object.fromSequence.high : $Number(object.fromSequence) !== 0)
                        if ($util.Long)
                            message.fromSequence = $util.Long.fromValue(object.fromSequence, true);
                        else if (typeof object.fromSequence === "string")
                            message.fromSequence = $parseInt(object.fromSequence, 10);
                        else if (typeof object.fromSequence === "number")
                            message.fromSequence = object.fromSequence;
                        else if (typeof object.fromSequence === "object")
                            message.fromSequence = new $util.LongBits(object.fromSequence.low >>> 0, object.fromSequence.high >>> 0).toNumber(true);
                if (object.toSequence != null)
                    if (typeof object.toSequence === "object" ? object.toSequence.low || object.toSequence.high : $Number(object.toSequence) !== 0)
                        if ($util.Long)
                            message.toSequence = $util.Long.fromValue(object.toSequence, true);
                        else if (typeof object.toSequence === "string")
                            message.toSequence = $parseInt(object.toSequence, 10);
                        else if (typeof object.toSequence === "number")
                            message.toSequence = object.toSequence;
                        else if (typeof object.toSequence === "object")
                            message.toSequence = new $util.LongBits(object.toSequence.low >>> 0, object.toSequence.high >>> 0).toNumber(true);
                if (object.fromCaptureUs != null)
                    if (typeof object.fromCaptureUs === "object" ? object.fromCaptureUs.low || object.fromCaptureUs.high : $Number(object.fromCaptureUs) !== 0)
                        if ($util.Long)
                            message.fromCaptureUs = $util.Long.fromValue(object.fromCaptureUs, true);
                        else if (typeof object.fromCaptureUs === "string")
                            message.fromCaptureUs = $parseInt(object.fromCaptureUs, 10);
                        else if (typeof object.fromCaptureUs === "number")
                            message.fromCaptureUs = object.fromCaptureUs;
                        else if (typeof object.fromCaptureUs === "object")
                            message.fromCaptureUs = new $util.LongBits(object.fromCaptureUs.low >>> 0, object.fromCaptureUs.high >>> 0).toNumber(true);
                if (object.toCaptureUs != null)
                    if (typeof object.toCaptureUs === "object" ? object.toCaptureUs.low || object.toCaptureUs.high : $Number(object.toCaptureUs) !== 0)
                        if ($util.Long)
                            message.toCaptureUs = $util.Long.fromValue(object.toCaptureUs, true);
                        else if (typeof object.toCaptureUs === "string")
                            message.toCaptureUs = $parseInt(object.toCaptureUs, 10);
                        else if (typeof object.toCaptureUs === "number")
                            message.toCaptureUs = object.toCaptureUs;
                        else if (typeof object.toCaptureUs === "object")
                            message.toCaptureUs = new $util.LongBits(object.toCaptureUs.low >>> 0, object.toCaptureUs.high >>> 0).toNumber(true);
                if (object.tracks) {
                    if (!$Array.isArray(object.tracks))
                        throw $TypeError(".sealcam.link.Dropped.tracks: array expected");
                    message.tracks = $Array(object.tracks.length);
                    for (let i = 0; i < object.tracks.length; ++i) {
                        if (!$util.isObject(object.tracks[i]))
                            throw $TypeError(".sealcam.link.Dropped.tracks: object expected");
                        message.tracks[i] = $root.sealcam.link.Dropped.Track.fromObject(object.tracks[i], _depth + 1);
                    }
                }
                if (object.other != null)
                    if (typeof object.other === "object" ? object.other.low || object.other.high : $Number(object.other) !== 0)
                        if ($util.Long)
                            message.other = $util.Long.fromValue(object.other, true);
                        else if (typeof object.other === "string")
                            message.other = $parseInt(object.other, 10);
                        else if (typeof object.other === "number")
                            message.other = object.other;
                        else if (typeof object.other === "object")
                            message.other = new $util.LongBits(object.other.low >>> 0, object.other.high >>> 0).toNumber(true);
                return message;
            };

            Dropped.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.tracks = [];
                if (options.defaults) {
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.fromSequence = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.fromSequence = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.toSequence = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.toSequence = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.fromCaptureUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.fromCaptureUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.toCaptureUs = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.toCaptureUs = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, true);
                        object.other = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.other = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                }
                if (message.fromSequence != null && $Object.hasOwnProperty.call(message, "fromSequence"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.fromSequence = typeof message.fromSequence === "number" ? $BigInt(message.fromSequence) : $util.Long.fromBits(message.fromSequence.low >>> 0, message.fromSequence.high >>> 0, true).toBigInt();
                    else if (typeof message.fromSequence === "number")
                        object.fromSequence = options.longs === $String ? $String(message.fromSequence) : message.fromSequence;
                    else
                        object.fromSequence = options.longs === $String ? $util.Long.prototype.toString.call(message.fromSequence) : options.longs === $Number ? new $util.LongBits(message.fromSequence.low >>> 0, message.fromSequence.high >>> 0).toNumber(true) : message.fromSequence;
                if (message.toSequence != null && $Object.hasOwnProperty.call(message, "toSequence"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.toSequence = typeof message.toSequence === "number" ? $BigInt(message.toSequence) : $util.Long.fromBits(message.toSequence.low >>> 0, message.toSequence.high >>> 0, true).toBigInt();
                    else if (typeof message.toSequence === "number")
                        object.toSequence = options.longs === $String ? $String(message.toSequence) : message.toSequence;
                    else
                        object.toSequence = options.longs === $String ? $util.Long.prototype.toString.call(message.toSequence) : options.longs === $Number ? new $util.LongBits(message.toSequence.low >>> 0, message.toSequence.high >>> 0).toNumber(true) : message.toSequence;
                if (message.fromCaptureUs != null && $Object.hasOwnProperty.call(message, "fromCaptureUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.fromCaptureUs = typeof message.fromCaptureUs === "number" ? $BigInt(message.fromCaptureUs) : $util.Long.fromBits(message.fromCaptureUs.low >>> 0, message.fromCaptureUs.high >>> 0, true).toBigInt();
                    else if (typeof message.fromCaptureUs === "number")
                        object.fromCaptureUs = options.longs === $String ? $String(message.fromCaptureUs) : message.fromCaptureUs;
                    else
                        object.fromCaptureUs = options.longs === $String ? $util.Long.prototype.toString.call(message.fromCaptureUs) : options.longs === $Number ? new $util.LongBits(message.fromCaptureUs.low >>> 0, message.fromCaptureUs.high >>> 0).toNumber(true) : message.fromCaptureUs;
                if (message.toCaptureUs != null && $Object.hasOwnProperty.call(message, "toCaptureUs"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.toCaptureUs = typeof message.toCaptureUs === "number" ? $BigInt(message.toCaptureUs) : $util.Long.fromBits(message.toCaptureUs.low >>> 0, message.toCaptureUs.high >>> 0, true).toBigInt();
                    else if (typeof message.toCaptureUs === "number")
                        object.toCaptureUs = options.longs === $String ? $String(message.toCaptureUs) : message.toCaptureUs;
                    else
                        object.toCaptureUs = options.longs === $String ? $util.Long.prototype.toString.call(message.toCaptureUs) : options.longs === $Number ? new $util.LongBits(message.toCaptureUs.low >>> 0, message.toCaptureUs.high >>> 0).toNumber(true) : message.toCaptureUs;
                if (message.tracks && message.tracks.length) {
                    object.tracks = $Array(message.tracks.length);
                    for (let j = 0; j < message.tracks.length; ++j)
                        object.tracks[j] = $root.sealcam.link.Dropped.Track.toObject(message.tracks[j], options, _depth + 1);
                }
                if (message.other != null && $Object.hasOwnProperty.call(message, "other"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.other = typeof message.other === "number" ? $BigInt(message.other) : $util.Long.fromBits(message.other.low >>> 0, message.other.high >>> 0, true).toBigInt();
                    else if (typeof message.other === "number")
                        object.other = options.longs === $String ? $String(message.other) : message.other;
                    else
                        object.other = options.longs === $String ? $util.Long.prototype.toString.call(message.other) : options.longs === $Number ? new $util.LongBits(message.other.low >>> 0, message.other.high >>> 0).toNumber(true) : message.other;
                return object;
            };

            Dropped.prototype.toJSON = function() {
                return Dropped.toObject(this, $protobuf.util.toJSONOptions);
            };

            Dropped.Track = (function() {

                const Track = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Track.prototype.track = 0;
                Track.prototype.samples = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
                Track.prototype.bytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                Track.create = function(properties) {
                    return new Track(properties);
                };

                Track.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.track != null && $Object.hasOwnProperty.call(message, "track") && message.track !== 0)
                        writer.uint32(8).uint32(message.track);
                    if (message.samples != null && $Object.hasOwnProperty.call(message, "samples") && (typeof message.samples === "object" ? message.samples.low || message.samples.high : message.samples !== 0))
                        writer.uint32(16).uint64(message.samples);
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && (typeof message.bytes === "object" ? message.bytes.low || message.bytes.high : message.bytes !== 0))
                        writer.uint32(24).uint64(message.bytes);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Track.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.sealcam.link.Dropped.Track();
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
                                    message.track = value;
                                else
                                    delete message.track;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.samples = value;
                                else
                                    delete message.samples;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.bytes = value;
                                else
                                    delete message.bytes;
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

                Track.fromObject = function (object, _depth) {
                    if (object instanceof $root.sealcam.link.Dropped.Track)
                        return object;
                    if (!$util.isObject(object))
                        throw $TypeError(".sealcam.link.Dropped.Track: object expected");
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    let message = new $root.sealcam.link.Dropped.Track();
                    if (object.track != null)
                        if ($Number(object.track) !== 0)
                            message.track = object.track >>> 0;
                    if (object.samples != null)
                        if (typeof object.samples === "object" ? object.samples.low || object.samples.high : $Number(object.samples) !== 0)
                            if ($util.Long)
                                message.samples = $util.Long.fromValue(object.samples, true);
                            else if (typeof object.samples === "string")
                                message.samples = $parseInt(object.samples, 10);
                            else if (typeof object.samples === "number")
                                message.samples = object.samples;
                            else if (typeof object.samples === "object")
                                message.samples = new $util.LongBits(object.samples.low >>> 0, object.samples.high >>> 0).toNumber(true);
                    if (object.bytes != null)
                        if (typeof object.bytes === "object" ? object.bytes.low || object.bytes.high : $Number(object.bytes) !== 0)
                            if ($util.Long)
                                message.bytes = $util.Long.fromValue(object.bytes, true);
                            else if (typeof object.bytes === "string")
                                message.bytes = $parseInt(object.bytes, 10);
                            else if (typeof object.bytes === "number")
                                message.bytes = object.bytes;
                            else if (typeof object.bytes === "object")
                                message.bytes = new $util.LongBits(object.bytes.low >>> 0, object.bytes.high >>> 0).toNumber(true);
                    return message;
                };

                Track.toObject = function (message, options, _depth) {
                    if (!options)
                        options = {};
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    let object = {};
                    if (options.defaults) {
                        object.track = 0;
                        if ($util.Long) {
                            let long = new $util.Long(0, 0, true);
                            object.samples = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                        } else
                            object.samples = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                        if ($util.Long) {
                            let long = new $util.Long(0, 0, true);
                            object.bytes = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                        } else
                            object.bytes = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    }
                    if (message.track != null && $Object.hasOwnProperty.call(message, "track"))
                        object.track = message.track;
                    if (message.samples != null && $Object.hasOwnProperty.call(message, "samples"))
                        if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                            object.samples = typeof message.samples === "number" ? $BigInt(message.samples) : $util.Long.fromBits(message.samples.low >>> 0, message.samples.high >>> 0, true).toBigInt();
                        else if (typeof message.samples === "number")
                            object.samples = options.longs === $String ? $String(message.samples) : message.samples;
                        else
                            object.samples = options.longs === $String ? $util.Long.prototype.toString.call(message.samples) : options.longs === $Number ? new $util.LongBits(message.samples.low >>> 0, message.samples.high >>> 0).toNumber(true) : message.samples;
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes"))
                        if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                            object.bytes = typeof message.bytes === "number" ? $BigInt(message.bytes) : $util.Long.fromBits(message.bytes.low >>> 0, message.bytes.high >>> 0, true).toBigInt();
                        else if (typeof message.bytes === "number")
                            object.bytes = options.longs === $String ? $String(message.bytes) : message.bytes;
                        else
                            object.bytes = options.longs === $String ? $util.Long.prototype.toString.call(message.bytes) : options.longs === $Number ? new $util.LongBits(message.bytes.low >>> 0, message.bytes.high >>> 0).toNumber(true) : message.bytes;
                    return object;
                };

                Track.prototype.toJSON = function() {
                    return Track.toObject(this, $protobuf.util.toJSONOptions);
                };

                return Track;
            })();

            return Dropped;
        })();

        link.Indicator = (function() {

            const Indicator = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Indicator.prototype.lamp = 0;
            Indicator.prototype.beepMs = 0;
            Indicator.prototype.vibrateMs = 0;

            Indicator.create = function(properties) {
                return new Indicator(properties);
            };

            Indicator.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.lamp != null && $Object.hasOwnProperty.call(message, "lamp") && message.lamp !== 0)
                    writer.uint32(8).int32(message.lamp);
                if (message.beepMs != null && $Object.hasOwnProperty.call(message, "beepMs") && message.beepMs !== 0)
                    writer.uint32(16).uint32(message.beepMs);
                if (message.vibrateMs != null && $Object.hasOwnProperty.call(message, "vibrateMs") && message.vibrateMs !== 0)
                    writer.uint32(24).uint32(message.vibrateMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Indicator.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.Indicator();
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
                                message.lamp = value;
                            else
                                delete message.lamp;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.beepMs = value;
                            else
                                delete message.beepMs;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.vibrateMs = value;
                            else
                                delete message.vibrateMs;
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

            Indicator.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.Indicator)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.Indicator: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.Indicator();
                if (object.lamp !== 0 && (typeof object.lamp !== "string" || $root.sealcam.link.LampState[object.lamp] !== 0))
                    switch (object.lamp) {
                    case "LAMP_STATE_UNSPECIFIED":
                    case 0:
                        message.lamp = 0;
                        break;
                    case "LAMP_STATE_OFF":
                    case 1:
                        message.lamp = 1;
                        break;
                    case "LAMP_STATE_STANDBY":
                    case 2:
                        message.lamp = 2;
                        break;
                    case "LAMP_STATE_RECORDING":
                    case 3:
                        message.lamp = 3;
                        break;
                    case "LAMP_STATE_ALARM":
                    case 4:
                        message.lamp = 4;
                        break;
                    default:
                        if (typeof object.lamp === "number" && (object.lamp | 0) === object.lamp)
                            message.lamp = object.lamp;
                    }
                if (object.beepMs != null)
                    if ($Number(object.beepMs) !== 0)
                        message.beepMs = object.beepMs >>> 0;
                if (object.vibrateMs != null)
                    if ($Number(object.vibrateMs) !== 0)
                        message.vibrateMs = object.vibrateMs >>> 0;
                return message;
            };

            Indicator.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.lamp = options.enums === $String ? "LAMP_STATE_UNSPECIFIED" : 0;
                    object.beepMs = 0;
                    object.vibrateMs = 0;
                }
                if (message.lamp != null && $Object.hasOwnProperty.call(message, "lamp"))
                    object.lamp = options.enums === $String ? $root.sealcam.link.LampState[message.lamp] === $undefined ? message.lamp : $root.sealcam.link.LampState[message.lamp] : message.lamp;
                if (message.beepMs != null && $Object.hasOwnProperty.call(message, "beepMs"))
                    object.beepMs = message.beepMs;
                if (message.vibrateMs != null && $Object.hasOwnProperty.call(message, "vibrateMs"))
                    object.vibrateMs = message.vibrateMs;
                return object;
            };

            Indicator.prototype.toJSON = function() {
                return Indicator.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Indicator;
        })();

        link.SetBitrate = (function() {

            const SetBitrate = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            SetBitrate.prototype.track = 0;
            SetBitrate.prototype.bitsPerSecond = 0;

            SetBitrate.create = function(properties) {
                return new SetBitrate(properties);
            };

            SetBitrate.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.track != null && $Object.hasOwnProperty.call(message, "track") && message.track !== 0)
                    writer.uint32(8).uint32(message.track);
                if (message.bitsPerSecond != null && $Object.hasOwnProperty.call(message, "bitsPerSecond") && message.bitsPerSecond !== 0)
                    writer.uint32(16).uint32(message.bitsPerSecond);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            SetBitrate.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.SetBitrate();
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
                                message.track = value;
                            else
                                delete message.track;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.bitsPerSecond = value;
                            else
                                delete message.bitsPerSecond;
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

            SetBitrate.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.SetBitrate)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.SetBitrate: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.SetBitrate();
                if (object.track != null)
                    if ($Number(object.track) !== 0)
                        message.track = object.track >>> 0;
                if (object.bitsPerSecond != null)
                    if ($Number(object.bitsPerSecond) !== 0)
                        message.bitsPerSecond = object.bitsPerSecond >>> 0;
                return message;
            };

            SetBitrate.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.track = 0;
                    object.bitsPerSecond = 0;
                }
                if (message.track != null && $Object.hasOwnProperty.call(message, "track"))
                    object.track = message.track;
                if (message.bitsPerSecond != null && $Object.hasOwnProperty.call(message, "bitsPerSecond"))
                    object.bitsPerSecond = message.bitsPerSecond;
                return object;
            };

            SetBitrate.prototype.toJSON = function() {
                return SetBitrate.toObject(this, $protobuf.util.toJSONOptions);
            };

            return SetBitrate;
        })();

        link.StartStream = (function() {

            const StartStream = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            StartStream.create = function(properties) {
                return new StartStream(properties);
            };

            StartStream.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            StartStream.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.link.StartStream();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
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

            StartStream.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.StartStream)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.StartStream: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                return new $root.sealcam.link.StartStream();
            };

            StartStream.toObject = function () {
                return {};
            };

            StartStream.prototype.toJSON = function() {
                return StartStream.toObject(this, $protobuf.util.toJSONOptions);
            };

            return StartStream;
        })();

        link.StopStream = (function() {

            const StopStream = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            StopStream.create = function(properties) {
                return new StopStream(properties);
            };

            StopStream.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            StopStream.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sealcam.link.StopStream();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
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

            StopStream.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.StopStream)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.StopStream: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                return new $root.sealcam.link.StopStream();
            };

            StopStream.toObject = function () {
                return {};
            };

            StopStream.prototype.toJSON = function() {
                return StopStream.toObject(this, $protobuf.util.toJSONOptions);
            };

            return StopStream;
        })();

        link.KeyFrameRequest = (function() {

            const KeyFrameRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            KeyFrameRequest.prototype.track = 0;

            KeyFrameRequest.create = function(properties) {
                return new KeyFrameRequest(properties);
            };

            KeyFrameRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.track != null && $Object.hasOwnProperty.call(message, "track") && message.track !== 0)
                    writer.uint32(8).uint32(message.track);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            KeyFrameRequest.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.KeyFrameRequest();
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
                                message.track = value;
                            else
                                delete message.track;
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

            KeyFrameRequest.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.KeyFrameRequest)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.KeyFrameRequest: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.KeyFrameRequest();
                if (object.track != null)
                    if ($Number(object.track) !== 0)
                        message.track = object.track >>> 0;
                return message;
            };

            KeyFrameRequest.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults)
                    object.track = 0;
                if (message.track != null && $Object.hasOwnProperty.call(message, "track"))
                    object.track = message.track;
                return object;
            };

            KeyFrameRequest.prototype.toJSON = function() {
                return KeyFrameRequest.toObject(this, $protobuf.util.toJSONOptions);
            };

            return KeyFrameRequest;
        })();

        link.Refusal = (function() {

            const Refusal = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Refusal.prototype.major = 0;
            Refusal.prototype.minor = 0;
            Refusal.prototype.reason = "";

            Refusal.create = function(properties) {
                return new Refusal(properties);
            };

            Refusal.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.major != null && $Object.hasOwnProperty.call(message, "major") && message.major !== 0)
                    writer.uint32(8).uint32(message.major);
                if (message.minor != null && $Object.hasOwnProperty.call(message, "minor") && message.minor !== 0)
                    writer.uint32(16).uint32(message.minor);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(26).string(message.reason);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Refusal.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.sealcam.link.Refusal();
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
                                message.major = value;
                            else
                                delete message.major;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.minor = value;
                            else
                                delete message.minor;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
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

            Refusal.fromObject = function (object, _depth) {
                if (object instanceof $root.sealcam.link.Refusal)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".sealcam.link.Refusal: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.sealcam.link.Refusal();
                if (object.major != null)
                    if ($Number(object.major) !== 0)
                        message.major = object.major >>> 0;
                if (object.minor != null)
                    if ($Number(object.minor) !== 0)
                        message.minor = object.minor >>> 0;
                if (object.reason != null)
                    if (typeof object.reason !== "string" || object.reason.length)
                        message.reason = $String(object.reason);
                return message;
            };

            Refusal.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.major = 0;
                    object.minor = 0;
                    object.reason = "";
                }
                if (message.major != null && $Object.hasOwnProperty.call(message, "major"))
                    object.major = message.major;
                if (message.minor != null && $Object.hasOwnProperty.call(message, "minor"))
                    object.minor = message.minor;
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
                    object.reason = message.reason;
                return object;
            };

            Refusal.prototype.toJSON = function() {
                return Refusal.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Refusal;
        })();

        return link;
    })();

    return sealcam;
})();

export {
  $root as default
};
